import type { JsonValue } from '../json.ts';
import type { ModelProfile } from '../profile/model-profile.ts';

/** The character that breaks control tokens and tags. Tokenizers read it as plain text. */
export const zeroWidthSpace = '\u200b';

/** Breaks every control token of a model in a text and replaces lone surrogates. It changes nothing else. */
export type Neutralise = (text: string) => string;

/**
 * Makes the function that neutralises a profile's control tokens. It puts a zero-width space after the first character,
 * so that the tokenizer reads plain text (checked with the Gemma 3 tokenizer: `<start_of_turn>` is one id; with the space
 * it is several ids of plain text). Use it on the whole text of a message, after all parts were joined: a token can be
 * split over parts. A lone surrogate, which a cut in the middle of an emoji leaves, becomes U+FFFD: UTF-8 cannot encode
 * it, and servers refuse the request.
 */
export function neutraliserFor({ controlTokens }: ModelProfile): Neutralise {
  const token = new RegExp(controlTokens, 'u');
  const tokens = new RegExp(controlTokens, 'gu');
  return (text) => {
    const valid = text.toWellFormed();
    // Almost no text has one, and a search alone is faster.
    return token.test(valid)
      ? valid.replace(tokens, (each) => `${each.slice(0, 1)}${zeroWidthSpace}${each.slice(1)}`)
      : valid;
  };
}

/** The same JSON value with every string and key neutralised. */
export function neutraliseJson(value: JsonValue, neutralise: Neutralise): JsonValue {
  if (typeof value === 'string') return neutralise(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: JsonValue) => neutraliseJson(each, neutralise));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      neutralise(key),
      neutraliseJson(each as JsonValue, neutralise),
    ]),
  );
}
