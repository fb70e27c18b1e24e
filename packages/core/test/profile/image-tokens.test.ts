import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { imageTokens } from '../../src/profile/image-tokens.ts';
import { profiles } from '../../src/profile/profiles.ts';

const { gemma3, gemma3Strict, openai } = profiles;

/** Counted with the real processor and tokenizer of Gemma 3 (transformers, processing_gemma3.py). */
const counted: readonly (readonly [width: number, height: number, tokens: number])[] = [
  [896, 896, 260],
  [1000, 900, 260],
  [500, 400, 260],
  [600, 250, 260],
  [1024, 768, 798],
  [1920, 1080, 798],
  [1080, 2400, 798],
  [2480, 3508, 798],
  [3000, 1000, 1059],
  [4000, 500, 1320],
  [800, 3200, 1320],
];

test.each(counted)(
  'an image of %i by %i pixels costs Gemma 3 %i tokens under pan-and-scan',
  (width, height, tokens) => {
    expect(imageTokens(gemma3.images, { width, height })).toBe(tokens);
  },
);

const side = fc.integer({ min: 1, max: 20_000 });

describe('the price of an image', () => {
  test('does not change when the image is rotated', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        expect(imageTokens(gemma3.images, { width, height })).toBe(
          imageTokens(gemma3.images, { width: height, height: width }),
        );
      }),
    );
  });

  test('has four possible values with pan-and-scan, and the lowest for a nearly square image', () => {
    fc.assert(
      fc.property(side, side, (width, height) => {
        const tokens = imageTokens(gemma3.images, { width, height });
        expect([260, 798, 1059, 1320]).toContain(tokens);
        if (Math.max(width, height) < 1.2 * Math.min(width, height)) expect(tokens).toBe(260);
      }),
    );
  });

  test('is the same for every shape if the server adds no crops', () => {
    expect(imageTokens(gemma3Strict.images, { width: 4000, height: 500 })).toBe(260);
  });

  test('is 0 if the profile has no rules for images', () => {
    expect(imageTokens(openai.images, { width: 10, height: 10 })).toBe(0);
  });
});
