import { type Main, runIfStarted } from '@turnwise-examples/program';
import { errorAt, type LongRun, measureLongRun } from './measure-long-run.ts';

const runs: readonly LongRun[] = [
  { window: 4_096, steps: 300, pageChars: 900 },
  { window: 131_072, steps: 24, pageChars: 40_000, maxOutputTokens: 8_192 },
];

/**
 * Prints the error of prompt estimates, compared with the count of the endpoint, in two windows:
 * `tsx --conditions @turnwise/source examples/long-context/src/measure.ts`
 */
export const measure: Main = async ({ output }) => {
  for (const run of runs) {
    const { status, refused, compactions, estimates } = await measureLongRun(run);
    const calibrated = estimates.slice(3);
    const prose = calibrated.filter(({ kind }) => kind === 'prose');
    const percent = (error: number) => `${(error * 100).toFixed(1)} %`;
    const largest = Math.max(...estimates.map(({ counted }) => counted));
    output.write(`window ${run.window}, ${run.steps} steps: ${status}
  requests ${estimates.length}, refused ${refused}, compactions ${compactions}, largest prompt ${largest} tokens
  error of prose: p50 ${percent(errorAt(0.5, prose))}, p95 ${percent(errorAt(0.95, prose))}
  error of all:   p50 ${percent(errorAt(0.5, calibrated))}, p95 ${percent(errorAt(0.95, calibrated))}
`);
  }
  return 0;
};

await runIfStarted(measure, import.meta.url);
