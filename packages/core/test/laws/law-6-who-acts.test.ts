import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { coversRareCases } from '../../../../scripts/property-runs.ts';
import { errorCatalogue } from '../../src/error-catalogue.ts';
import { TurnwiseError } from '../../src/errors.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { manyScenarios, playMany } from '../support/play-many.ts';
import { plainJson } from '../support/play-scenario.ts';
import { keepTimers, stopTime } from '../support/stopped-time.ts';

beforeAll(stopTime);
afterAll(keepTimers);

test(
  'a run fails only if the programmer must act, with a code and a state that is plain JSON',
  async () => {
    let failures = 0;
    const mayFail = ['model_failed', 'model_overloaded', 'model_unreachable', 'model_output'];
    await playMany(({ runs }) => {
      for (const { end } of runs) {
        if (!(end instanceof Error)) continue;
        failures += 1;
        expect(end).toBeInstanceOf(TurnwiseError);
        expect(Object.keys(errorCatalogue)).toContain(end.code);
        expect(mayFail).toContain(end.code);
        expect(end.message).not.toBe('');
        expect(plainJson(end.state)).toEqual(end.state);
      }
    });
    if (coversRareCases) expect(failures).toBeGreaterThan(20);
  },
  manyScenarios,
);

test(
  'unknown tools, bad arguments, throwing and slow tools are results with a status, one for each call',
  async () => {
    const statuses = new Set<string>();
    await playMany(({ transcript }) => {
      for (const [place, turn] of transcript.turns.entries()) {
        if (turn.role !== 'tool') continue;
        const before = transcript.turns[place - 1];
        const calls = before?.role === 'assistant' && before.kind === 'calls' ? before.calls : [];
        expect(turn.results.map(({ callId }) => callId)).toEqual(calls.map(({ id }) => id));
        for (const { status } of turn.results) statuses.add(status);
      }
    });
    if (!coversRareCases) return;
    expect([...statuses].sort()).toEqual([
      'cancelled',
      'denied',
      'error',
      'invalid-arguments',
      'ok',
      'timeout',
      'unknown-tool',
    ]);
  },
  manyScenarios,
);

test(
  'every end of a run has a state that is plain JSON and holds the whole conversation',
  async () => {
    await playMany(({ runs }) => {
      for (const { end } of runs) {
        if (end instanceof Error) continue;
        const state = plainJson(end.state) as { transcript: never };
        expect(state).toEqual(end.state);
        expect(Transcript.fromJSON(state.transcript).turns).toEqual(end.transcript.turns);
      }
    });
  },
  manyScenarios,
);
