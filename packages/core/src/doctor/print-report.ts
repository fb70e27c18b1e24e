import type { DialectScore } from './compare-dialects.ts';
import { printMeasurement } from './print-progress.ts';
import type { ServerReport } from './probe-profile.ts';

/** Formats a report as text: a table of the measurements, and the profile as code. */
export function printReport({
  endpoint,
  model,
  measurements,
  dialects = [],
  profile,
  why,
  code,
}: ServerReport): string {
  const widest = Math.max(...measurements.map(({ thing }) => thing.length));
  const lines = measurements.map((measurement) => `  ${printMeasurement(measurement)}`);
  return [
    `${model} at ${endpoint}`,
    '',
    ...lines,
    '',
    ...formatScores(dialects, widest),
    `Dialect ${profile.dialect}: ${why}`,
    '',
    code,
    '',
  ].join('\n');
}

function formatScores(scores: readonly DialectScore[], width: number): string[] {
  if (scores.length === 0) return [];
  const lines = scores.map(
    ({ dialect, solved, tasks, inputTokens }) =>
      `  ${dialect.padEnd(width)}  ${solved} of ${tasks} small tasks, ${inputTokens} tokens in`,
  );
  return [...lines, ''];
}
