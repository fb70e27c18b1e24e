import type { PythonSource } from './python-source.ts';

/** Whether backslashes are ordinary characters, as in `r"C:\new"`. */
export interface EscapeMode {
  readonly isRaw: boolean;
}

/** Reads one escape of a Python string, starting at its backslash. An escape that Python does not know stays as written. */
export function readPythonEscape(source: PythonSource, { isRaw }: EscapeMode): string {
  const { cursor } = source;
  const start = cursor.at;
  const character = cursor.peek(1);
  cursor.at += character === '' ? 1 : 2;
  if (isRaw) return cursor.text.slice(start, cursor.at);
  const simple = simpleEscapes.get(character);
  if (simple !== undefined) {
    if (character === '\r') cursor.skip('\n');
    return simple;
  }
  if (/[0-7]/.test(character)) {
    cursor.at -= 1;
    return String.fromCharCode(
      Number.parseInt(
        cursor.takeWhile((digit) => /[0-7]/.test(digit), 3),
        8,
      ),
    );
  }
  return readHexEscape(source, character) ?? cursor.text.slice(start, cursor.at);
}

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\r', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

const hexDigits: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

function readHexEscape({ cursor, repairs }: PythonSource, letter: string): string | undefined {
  const length = hexDigits.get(letter);
  if (length === undefined) return undefined;
  const code = cursor.lookAhead(() => cursor.takeWhile((digit) => /[\da-f]/i.test(digit), length));
  const point = Number.parseInt(code, 16);
  if (code.length < length || point > 0x10ffff) {
    // `C:\users`: Python would refuse the whole string, but its meaning is clear.
    repairs.add(`backslash before "${letter}"`);
    return undefined;
  }
  cursor.at += length;
  return String.fromCodePoint(point);
}
