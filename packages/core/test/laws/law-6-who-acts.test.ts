import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { coversRareCases, propertyRuns } from '../../../../scripts/property-runs.ts';
import { Agent } from '../../src/agent/agent.ts';
import { errorCatalogue } from '../../src/error-catalogue.ts';
import { TurnwiseError } from '../../src/errors.ts';
import type { JsonValue } from '../../src/json.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
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
    const mayFail = [
      'model_failed',
      // The server refuses the request: a wrong key, or a form that it does not take.
      'model_refused',
      'model_unauthorized',
      'model_overloaded',
      'model_unreachable',
      'model_output',
      // Two replies that begin a call with the tokens of the template, and hold no call.
      'model_call_unreadable',
    ];
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

test(
  'a saved state with any damaged field is refused, or the run continues, but no tool runs without approval',
  async () => {
    let paid = 0;
    const pay = tool({
      name: 'pay',
      description: 'Pays.',
      parameters: z.object({ euros: z.number() }),
      needsApproval: true,
      execute: () => {
        paid += 1;
        return 'Paid.';
      },
    });
    const agentThat = (...replies: Parameters<typeof scriptedModel>[0]) =>
      new Agent({ name: 'billing', model: scriptedModel(replies), tools: [pay] });
    const paused = await agentThat(callsTool('pay', { euros: 3 })).run('Pay.');
    const saved = plainJson(paused.state) as JsonValue;
    const places = placesIn(saved);
    const values = fc.constantFrom<JsonValue>(
      null,
      -1,
      1.5,
      1e308,
      '',
      'x',
      true,
      [],
      {},
      [null],
      [[]],
    );
    const outcomes = new Set<string>();
    const property = fc.asyncProperty(fc.constantFrom(...places), values, async (place, value) => {
      const agent = agentThat(says('Done.'), says('Done.'));
      try {
        const { status } = await agent.resume(replaceAt(saved, place, value)).result;
        outcomes.add(status);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(TurnwiseError);
        expect(['invalid_state', 'turn_order']).toContain((thrown as TurnwiseError).code);
        outcomes.add('refused');
      }
      expect(paid).toBe(0);
    });
    await fc.assert(property, { numRuns: Math.min(8 * propertyRuns, 2_000) });
    expect(outcomes).toContain('refused');
  },
  manyScenarios,
);

/** The path of every field of a value, also inside of others. */
function placesIn(value: JsonValue): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => [
    [key],
    ...placesIn(field as JsonValue).map((rest) => [key, ...rest]),
  ]);
}

function replaceAt(
  value: JsonValue,
  [key, ...rest]: readonly string[],
  replacement: JsonValue,
): JsonValue {
  if (key === undefined) return replacement;
  const copy = structuredClone(value) as Record<string, JsonValue>;
  copy[key] = replaceAt(copy[key] as JsonValue, rest, replacement);
  return copy;
}
