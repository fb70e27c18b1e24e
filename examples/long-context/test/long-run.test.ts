import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { errorAt, type LongRunReport, measureLongRun, task } from '../src/measure-long-run.ts';

jest.setTimeout(120_000);

describe.each([
  { window: 4_096, steps: 300, pageChars: 900 },
  { window: 131_072, steps: 24, pageChars: 40_000, maxOutputTokens: 8_192 },
])('$steps steps in a window of $window tokens', (run) => {
  let report: LongRunReport;
  beforeAll(async () => {
    report = await measureLongRun(run);
  });

  test('end without one prompt that is too long', () => {
    expect(report).toMatchObject({ status: 'completed', refused: 0 });
    expect(report.requests).toHaveLength(run.steps + 1);
    expect(report.compactions).toBeGreaterThan(2);
  });

  test('use the window: prompts grow to most of it before they are made smaller', () => {
    const largest = Math.max(...report.estimates.map(({ counted }) => counted));
    expect(largest).toBeGreaterThan(run.window * 0.6);
    expect(largest + (run.maxOutputTokens ?? 0)).toBeLessThanOrEqual(run.window);
  });

  test('keep the first words of the user and the last result in every prompt', () => {
    for (const [place, { prompt }] of report.requests.entries()) {
      expect(prompt).toContain(task);
      if (place > 0) expect(prompt).toContain(`</page ${place}>`);
    }
  });

  test('are estimated within 15 % of the count in prose, from the fourth request on', () => {
    const prose = report.estimates.slice(3).filter(({ kind }) => kind === 'prose');
    expect(prose.length).toBeGreaterThan(7);
    expect(errorAt(0.95, prose)).toBeLessThan(0.15);
  });
});
