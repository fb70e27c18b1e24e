/**
 * Makes text safe to print: replaces control characters, which could move the cursor or rename the window, and
 * characters that change the reading direction with escapes. Keeps line ends and tabs.
 */
export function escapeText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(unsafe, (character) => {
    return character === '\n' || character === '\t' ? character : toEscape(character);
  });
}

/** The same for one line: it also replaces line ends and tabs with escapes. */
export function escapeLine(text: string): string {
  return text.replace(unsafe, toEscape);
}

const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function toEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return shortEscapes.get(character) ?? `\\u${code.toString(16).padStart(4, '0')}`;
}
