/**
 * Estimates the tokens of a text without a tokenizer. Words, digits, punctuation and scripts have different weights, and
 * long runs of mixed letters and digits (base64, hashes) have far more tokens than words. Linear in the text.
 * The weights were measured with the Gemma 3 tokenizer and cl100k on prose, code, JSON, CJK, Cyrillic and base64. The two
 * differ by up to a factor of 2 outside of prose, so estimates are corrected with the server's own counts.
 */
export function estimateTextTokens(text: string): number {
  let tokens = 0;
  let at = 0;
  while (at < text.length) {
    const kind = kindOf(text.charCodeAt(at));
    let end = at + 1;
    while (end < text.length && kindOf(text.charCodeAt(end)) === kind) end += 1;
    if (kind === 'word') tokens += tokensOfRun(text, at, end);
    else if (kind === 'sign') tokens += tokensOfSigns(text, at, end);
    else tokens += weights[kind](end - at);
    at = end;
  }
  return tokens;
}

type Kind = 'word' | 'space' | 'sign' | 'letter' | 'ideograph';

/** Tokens of a run of characters of one kind. */
const weights: Readonly<Record<Exclude<Kind, 'word' | 'sign'>, (length: number) => number>> = {
  // A single space belongs to the next word; an indentation is one token.
  space: (length) => (length === 1 ? 0.1 : 1),
  letter: (length) => length * 0.45,
  ideograph: (length) => length,
};

function kindOf(code: number): Kind {
  const known = asciiKinds[code];
  if (known !== undefined) return known;
  return code < 0x2e80 && code >= 0xa0 ? 'letter' : 'ideograph';
}

const asciiKinds: readonly Kind[] = Array.from({ length: 0x80 }, (_, code) => {
  if (isDigit(code) || isLower(code) || isUpper(code)) return 'word';
  return code <= 0x20 ? 'space' : 'sign';
});

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLower(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

/** A long run of one sign has few tokens; different signs have most of a token each. */
function tokensOfSigns(text: string, start: number, end: number): number {
  let tokens = 0;
  let from = start;
  while (from < end) {
    let to = from + 1;
    while (to < end && text.charCodeAt(to) === text.charCodeAt(from)) to += 1;
    const length = to - from;
    tokens += length <= longestSign ? length * signTokens : 1 + length / 16;
    from = to;
  }
  return tokens;
}

/** Longest run of one sign that is counted by its characters. */
const longestSign = 3;
const signTokens = 0.6;

/** Longest run that can be a word; a longer one with changing cases is data. */
const longestWord = 24;
const dataTokensPerChar = 0.7;

function tokensOfRun(text: string, start: number, end: number): number {
  let tokens = 0;
  let changes = 0;
  let from = start;
  while (from < end) {
    const startsWithDigit = isDigit(text.charCodeAt(from));
    let to = from + 1;
    while (to < end && belongs(text, to, startsWithDigit)) to += 1;
    const length = to - from;
    tokens += startsWithDigit ? Math.max(1, length * 0.75) : 1 + Math.max(0, length - 7) / 5;
    changes += 1;
    from = to;
  }
  const length = end - start;
  const isData = length > longestWord && changes > length / 8;
  return isData ? length * dataTokensPerChar : tokens;
}

/** Whether a character continues the part before it: digits with digits, letters up to the next capital. */
function belongs(text: string, at: number, startsWithDigit: boolean): boolean {
  const code = text.charCodeAt(at);
  if (isDigit(code)) return startsWithDigit;
  if (startsWithDigit) return false;
  return isLower(code) || isUpper(text.charCodeAt(at - 1));
}
