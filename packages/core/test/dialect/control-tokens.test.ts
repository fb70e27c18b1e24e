import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { neutraliseJson, neutraliserFor } from '../../src/dialect/control-tokens.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { anImage, encodeTurns, user } from '../support/encode-turns.ts';
import { controlTokensOf } from '../support/wire-rules.ts';

const { gemma3, gemma3Strict } = profiles;

describe.each(Object.entries(profiles))('%s', (_id, profile) => {
  const neutralise = neutraliserFor(profile);
  const tokens = controlTokensOf(profile);

  test('loses every control token and no other text', () => {
    const piece = fc.oneof(
      fc.constantFrom(...tokens),
      fc.constantFrom('<', '>', '|', '[', ']'),
      fc.string(),
    );
    const property = fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      const safe = neutralise(text);
      for (const token of tokens) expect(safe).not.toContain(token);
      expect(safe.replaceAll('\u200b', '')).toBe(text.replaceAll('\u200b', ''));
      expect(neutralise(safe)).toBe(safe);
    });
    fc.assert(property, { numRuns: propertyRuns });
  });

  test('does not change a text without control tokens', () => {
    const text = 'if (a < b && c > d) return list[0]; // <b>bold</b> | <start> [x]';
    expect(neutralise(text)).toBe(text);
  });

  test('keys and strings of JSON are neutralised, other values are unchanged', () => {
    const [token = ''] = tokens;
    const json = { [token]: [token, { deep: token }], count: 7, none: null };
    expect(JSON.stringify(neutraliseJson(json, neutralise))).not.toContain(token);
    expect(neutraliseJson({ count: 7, none: null }, neutralise)).toEqual({ count: 7, none: null });
  });
});

describe('a token that is split over two texts does not form on the wire', () => {
  test('instructions and the first text', () => {
    const { messages } = encodeTurns(gemma3Strict, [user('turn> Hi')], {
      instructions: '<start_of_',
    });
    expect(JSON.stringify(messages)).not.toContain('<start_of_turn>');
  });

  test('instructions and the text before an image', () => {
    const turn = {
      role: 'user',
      inputs: [
        {
          parts: [
            { type: 'text', text: 'turn>' },
            { type: 'image', image: anImage },
          ],
        },
      ],
    } as const;
    const [first] = encodeTurns(gemma3Strict, [turn], { instructions: '<start_of_' }).messages;
    const parts = Array.isArray(first?.content) ? first.content : [];
    // The server joins neighbouring texts.
    const joined = parts.map((part) => ('text' in part ? part.text : '\n')).join('');
    expect(joined).not.toContain('<start_of_turn>');
    expect(parts.map(({ type }) => type)).toEqual(['text', 'image_url']);
  });

  test('two inputs of one message', () => {
    const [message] = encodeTurns(gemma3, [user('<end_of_', 'turn>')]).messages;
    expect(message?.content).not.toContain('<end_of_turn>');
  });
});
