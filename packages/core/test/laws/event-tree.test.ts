import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { coversRareCases } from '../../../../scripts/property-runs.ts';
import { findTreeProblem } from '../support/event-tree.ts';
import { manyScenarios, playMany } from '../support/play-many.ts';
import { keepTimers, stopTime } from '../support/stopped-time.ts';

beforeAll(stopTime);
afterAll(keepTimers);

test(
  'every opening event is closed once, in nesting order, for every end of a run',
  async () => {
    const ends = new Set<string>();
    await playMany(({ runs }) => {
      for (const { received, end } of runs) {
        expect(findTreeProblem(received)).toBeUndefined();
        const last = received.at(-1);
        const status = last?.type === 'run-finished' ? last.status : last?.type;
        expect(status).toBe(end instanceof Error ? 'run-failed' : end.status);
        ends.add(String(status));
      }
    });
    if (coversRareCases)
      expect([...ends].sort()).toEqual(['completed', 'paused', 'run-failed', 'stopped']);
  },
  manyScenarios,
);

test(
  'an iterator and a listener get the same events in the same order',
  async () => {
    await playMany(({ runs }) => {
      for (const { read, received } of runs) expect(received.slice(0, read.length)).toEqual(read);
    });
  },
  manyScenarios,
);
