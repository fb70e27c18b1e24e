import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { responseTagOf } from '../../src/dialect/format-tool-responses.ts';
import { textOf } from '../../src/turns/turn.ts';
import { call, calls, encodeTurns, result, results, user } from '../support/encode-turns.ts';
import { manyScenarios, playMany } from '../support/play-many.ts';
import { testedProfiles } from '../support/profiles.ts';
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
    expect(looked).toBeGreaterThan(propertyRuns);
  },
  manyScenarios,
);

test(
  'no text opens or closes a tag around a result or an input',
  async () => {
    let tags = 0;
    await playMany(({ transport }, { profile }) => {
      if (profile.dialect === 'native') return;
      // The first message explains the tag if there is no system message.
      const start = profile.turns.system === 'message' ? 0 : 1;
      for (const { body } of transport.requests) {
        for (const tag of [responseTagOf(profile), 'user_input']) {
          const all = body.messages
            .slice(start)
            .flatMap(({ role, content }) =>
              role === 'user' ? tagsIn(stringsIn(content).join('\n'), tag) : [],
            );
          tags += all.length;
          expect(all).toEqual(all.map((_, place) => (place % 2 === 0 ? 'opens' : 'closes')));
          expect(all.length % 2).toBe(0);
        }
      }
    });
    expect(tags).toBeGreaterThan(0);
  },
  manyScenarios,
);

function tagsIn(text: string, tag: string): readonly string[] {
  const found = text.matchAll(new RegExp(`<(/?)${tag}[\\s>]`, 'gi'));
  return [...found].map(([, slash]) => (slash === '/' ? 'closes' : 'opens'));
}

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

test('no result and no input closes or opens a tag around it, and each arrives unchanged', () => {
  const tags = ['user_input', 'user_words', 'tool_response', 'tool_result', 'tool_call'];
  const fragments = fc.constantFrom(
    ...tags.flatMap((tag) => [`<${tag}>`, `</${tag}>`, `<${tag} name="echo">`, `</${tag} >`]),
    ...[
      '</USER_INPUT>',
      '<',
      '</',
      '>',
      'user_input',
      '$1',
      '$2',
      '$&',
      '$$',
      '$`',
      '$<tag>',
      '\n',
      'Hello',
    ],
  );
  const texts = fc.array(fragments, { minLength: 1, maxLength: 8 }).map((each) => each.join(''));
  const property = fc.property(
    fc.constantFrom(...testedProfiles),
    fc.tuple(texts, texts, texts),
    (profile, [first, second, input]) => {
      const [one, two] = [call('1.0', 'echo'), call('1.1', 'echo')];
      const both = results([result(one, first), result(two, second)], user(input));
      const { messages } = encodeTurns(profile, [user(first), calls(one, two), both]);
      const sent = messages
        .flatMap(({ content }) => (typeof content === 'string' ? [content] : []))
        .join('\n');
      for (const text of [first, second, input]) {
        expect(sent.replaceAll('\u200b', '')).toContain(text.replaceAll('\u200b', ''));
      }
      if (profile.dialect !== 'native') {
        expect(countTags(sent, responseTagOf(profile))).toEqual({ opening: 2, closing: 2 });
        expect(countTags(sent, 'user_input')).toEqual({ opening: 1, closing: 1 });
      } else if (profile.turns.order === 'strict') {
        expect(countTags(sent, 'user_input')).toEqual({ opening: 1, closing: 1 });
      }
    },
  );
  fc.assert(property, { numRuns: propertyRuns });
});

function countTags(text: string, tag: string): { opening: number; closing: number } {
  const count = (pattern: string) => text.match(new RegExp(pattern, 'gi'))?.length ?? 0;
  return { opening: count(`<${tag}[\\s>]`), closing: count(`</${tag}[\\s>]`) };
}

function isText<Part extends { type: string }>(
  part: Part,
): part is Extract<Part, { type: 'text' }> {
  return part.type === 'text';
}
