import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { textOf } from '../../src/turns/turn.ts';
import { manyScenarios, playMany } from '../support/play-many.ts';
import { keepTimers, stopTime } from '../support/stopped-time.ts';
import { controlTokensOf, stringsIn } from '../support/wire-rules.ts';

beforeAll(stopTime);
afterAll(keepTimers);

test(
  'no control token of the model survives in anything that is sent',
  async () => {
    let looked = 0;
    await playMany(({ transport }, { profile }) => {
      const tokens = controlTokensOf(profile);
      expect(tokens).not.toEqual([]);
      const { requests } = transport;
      const strings = stringsIn(requests.map(({ body }) => [body.messages, body.tools ?? []]));
      looked += strings.length;
      const forged = strings.filter((text) => tokens.some((token) => text.includes(token)));
      expect(forged).toEqual([]);
    });
    expect(looked).toBeGreaterThan(10 * propertyRuns);
  },
  manyScenarios,
);

test(
  'the transcript keeps the input of the user unchanged',
  async () => {
    await playMany(({ transcript, runs }, { inputs, history }) => {
      if (history.length > 0 || runs.some(({ end }) => end instanceof Error)) return;
      const kept = transcript.turns.flatMap((turn) => {
        const inputs = turn.role === 'user' ? turn.inputs : turn.role === 'tool' ? turn.inputs : [];
        return (inputs ?? []).map(({ parts }) => textOf(parts));
      });
      for (const input of inputs) {
        const inputs = typeof input === 'string' ? input : textOf(input.filter(isText));
        expect(kept).toContain(inputs);
      }
    });
  },
  manyScenarios,
);

function isText<Part extends { type: string }>(
  part: Part,
): part is Extract<Part, { type: 'text' }> {
  return part.type === 'text';
}
