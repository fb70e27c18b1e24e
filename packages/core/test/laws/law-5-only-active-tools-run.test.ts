import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { manyScenarios, playMany } from '../support/play-many.ts';
import { keepTimers, stopTime } from '../support/stopped-time.ts';

beforeAll(stopTime);
afterAll(keepTimers);

test(
  'only calls run whose name was offered in that very request and whose arguments are complete and valid, each once',
  async () => {
    let ran = 0;
    await playMany(({ executions }, { replies }) => {
      ran += executions.length;
      for (const { afterReplies, activeTools, ...execution } of executions) {
        expect(replies[afterReplies - 1]?.mayRun).toContainEqual(execution);
        expect(activeTools).toContain(execution.name);
      }
      for (const [place, { mayRun }] of replies.entries()) {
        const own = executions.filter(({ afterReplies }) => afterReplies === place + 1);
        expect(own.length).toBeLessThanOrEqual(mayRun.length);
      }
    });
    expect(ran).toBeGreaterThan(propertyRuns / 10);
  },
  manyScenarios,
);
