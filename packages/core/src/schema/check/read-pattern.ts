/**
 * The regular expression of a `pattern` keyword. JSON Schema asks for the `u` flag; a pattern that is only valid without
 * it (`^https\:`) is read without it. `undefined` for a pattern of another language, such as `(?i)…`, `\A…\Z` or
 * `[[:alpha:]]`: JavaScript either cannot read it, or would read something else.
 */
export function readPattern(source: string): RegExp | undefined {
  if (isForeign(source)) return undefined;
  return compile(source, 'u') ?? (usesOwnEscapes(source) ? compile(source, '') : undefined);
}

function compile(source: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

/** Escapes of anchors and of classes, inline flags, Python's groups, classes of POSIX, atomic groups and comments. */
const foreign = /\\[AGHQRXZhz]|\(\?[a-zA-Z]*-?[a-zA-Z]+[:)]|\(\?P[<=>]|\[:\^?[a-z]+:\]|\(\?[>#|]/;

function isForeign(source: string): boolean {
  return foreign.test(withoutBackslashes(source));
}

/** Without the `u` flag, an unknown escape such as `\e` would be the letter itself, which nobody means. */
function usesOwnEscapes(source: string): boolean {
  return !/\\(?:[^\W\d_bBcdDfknrsStuvwWx]|x(?![\da-fA-F]{2})|u(?![\da-fA-F]{4})|[1-9])/.test(
    withoutBackslashes(source),
  );
}

/** The pattern without escaped backslashes, so that every remaining backslash begins an escape. */
function withoutBackslashes(source: string): string {
  return source.replaceAll('\\\\', '');
}
