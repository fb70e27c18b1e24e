import type { JsonValue } from '../json.ts';
import type { ModelProfile } from '../profile/model-profile.ts';

const zeroWidthSpace = '\u200b';

/** Breaks every control token of a model inside a text, replaces halves of characters, and changes nothing else. */
export type Neutralise = (text: string) => string;

/**
 * How control tokens are neutralised for a profile: a zero-width space behind the first character, which makes the
 * tokenizer read plain text (run with the Gemma 3 tokenizer: `<start_of_turn>` is one id, with the space it is none).
 * Use it on a message's whole text, after everything was joined: tokens can be split over pieces.
 * Half of a surrogate pair, as a cut in the middle of an emoji leaves it, becomes U+FFFD: UTF-8 cannot say it, and servers
 * refuse the request.
 */
export function neutraliserFor({ controlTokens }: ModelProfile): Neutralise {
  const pattern = new RegExp(controlTokens, 'gu');
  return (text) =>
    text
      .toWellFormed()
      .replace(pattern, (token) => `${token.slice(0, 1)}${zeroWidthSpace}${token.slice(1)}`);
}

/** A JSON value whose every string and key went through `neutralise`. */
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
