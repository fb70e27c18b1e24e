import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { manyScenarios, playMany } from '../support/play-many.ts';
import { plainJson } from '../support/play-scenario.ts';
import { keepTimers, stopTime } from '../support/stopped-time.ts';

beforeAll(stopTime);
afterAll(keepTimers);

/** The defaults of the limits. */
const limits = { maxCallsPerReply: 32, maxRepeats: 3 };

test(
  'no reply of a server runs more calls than the limits allow, or repeats one more often',
  async () => {
    await playMany(({ executions, transcript }) => {
      const counts = new Map<string, number>();
      const ofReply = new Map<number, number>();
      for (const { name, input, afterReplies } of executions) {
        const key = JSON.stringify([afterReplies, name, input]);
        counts.set(key, (counts.get(key) ?? 0) + 1);
        ofReply.set(afterReplies, (ofReply.get(afterReplies) ?? 0) + 1);
      }
      for (const count of counts.values()) expect(count).toBeLessThanOrEqual(limits.maxRepeats);
      for (const count of ofReply.values()) {
        expect(count).toBeLessThanOrEqual(limits.maxCallsPerReply);
      }
      for (const turn of transcript.turns) {
        if (turn.role !== 'tool') continue;
        expect(turn.results.length).toBeLessThanOrEqual(limits.maxCallsPerReply + 1);
      }
    });
  },
  manyScenarios,
);

test(
  'no count of a server makes a sum of tokens absurd',
  async () => {
    let counted = 0;
    await playMany(({ runs }) => {
      for (const { received, end } of runs) {
        const ends = received.flatMap((event) => ('usage' in event ? [event.usage] : []));
        const { usage } = plainJson(end.state) as { readonly usage?: unknown };
        for (const each of [...ends, usage]) {
          for (const count of Object.values(each ?? {})) {
            counted += 1;
            expect(Number.isSafeInteger(count)).toBe(true);
            expect(count).toBeGreaterThanOrEqual(0);
            expect(count).toBeLessThan(5e7);
          }
        }
      }
    });
    expect(counted).toBeGreaterThan(0);
  },
  manyScenarios,
);
