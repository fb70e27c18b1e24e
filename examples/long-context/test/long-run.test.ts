import { beforeAll, describe, expect, test } from '@jest/globals';
import { isThorough } from '../../../scripts/desk-cases.ts';
import { errorAt, type LongRunReport, measureLongRun, task } from '../src/measure-long-run.ts';

const longRuns = [
  { window: 4_096, steps: 300, pageChars: 900 },
  { window: 131_072, steps: 24, pageChars: 40_000, maxOutputTokens: 8_192 },
];
/** The same runs with fewer steps and a smaller window. */
const shortRuns = [
  { window: 4_096, steps: 60, pageChars: 900 },
  { window: 32_768, steps: 24, pageChars: 10_000, maxOutputTokens: 2_048 },
];
const runs = isThorough ? longRuns : shortRuns;

describe.each(runs)('$steps steps in a window of $window tokens', (run) => {
  let report: LongRunReport;
  beforeAll(async () => {
    report = await measureLongRun(run);
  });

  test('finish without a prompt that is too long', () => {
    expect(report).toMatchObject({ status: 'completed', refused: 0 });
    expect(report.requests).toHaveLength(run.steps + 1);
    expect(report.compactions).toBeGreaterThan(2);
  });

  test('use most of the window before the context is compacted', () => {
    const largest = Math.max(...report.estimates.map(({ counted }) => counted));
    expect(largest).toBeGreaterThan(run.window * 0.6);
    expect(largest + (run.maxOutputTokens ?? 0)).toBeLessThanOrEqual(run.window);
  });

  test('keep the input and the last result in every prompt', () => {
    for (const [index, { prompt }] of report.requests.entries()) {
      expect(prompt).toContain(task);
      if (index > 0) expect(prompt).toContain(`</page ${index}>`);
    }
  });

  test('have estimates within 15 % of the count for prose, after three requests', () => {
    const prose = report.estimates.slice(3).filter(({ kind }) => kind === 'prose');
    expect(prose.length).toBeGreaterThan(7);
    expect(errorAt(0.95, prose)).toBeLessThan(0.15);
  });
});
