/**
 * Counts tokens and splits text with a real byte-pair encoding. It is not Gemma's vocabulary, which would
 * take tens of megabytes. Each turn token counts as one, as it does for Gemma.
 */
export interface Tokenizer {
  count(text: string): number;
  /** Splits text into pieces of one token each, or of several if a token ends inside a character. */
  split(text: string): string[];
}

const turnTokens =
  /<(?:bos|eos|start_of_turn|end_of_turn|start_of_image|end_of_image|image_soft_token)>/;

let loading: Promise<Tokenizer> | undefined;

/** Loads the encoding once, at the first use, so that an endpoint starts fast. */
export function loadTokenizer(): Promise<Tokenizer> {
  loading ??= import('gpt-tokenizer/encoding/cl100k_base').then(({ encode, decodeGenerator }) => {
    // Text such as `<|endoftext|>` is not a control token here.
    const tokensOf = (text: string) => encode(text, { disallowedSpecial: new Set<string>() });
    return {
      count: (text) =>
        text
          .split(turnTokens)
          .reduce((sum, part) => sum + countSlices(part, tokensOf), countMatches(text)),
      split: (text) =>
        toSlices(text).flatMap((slice) => [...decodeGenerator(tokensOf(slice))].filter(Boolean)),
    };
  });
  return loading;
}

function countMatches(text: string): number {
  return text.split(turnTokens).length - 1;
}

function countSlices(text: string, tokensOf: (text: string) => number[]): number {
  return toSlices(text).reduce((sum, slice) => sum + tokensOf(slice).length, 0);
}

/** Encoding takes quadratic time in the length of a word; slices limit the time for hostile input. */
const longestWord = 2_000;

function toSlices(text: string): string[] {
  return text.length <= longestWord ? [text] : (text.match(wordsWithinLimit) ?? []);
}

const wordsWithinLimit = new RegExp(
  `(?:\\s{0,${longestWord}}\\S{1,${longestWord}}){1,256}|\\s{1,${longestWord}}`,
  'gu',
);
