import { type JsonValue, maxJsonDepth, parseJson } from '../../json.ts';
import { isExactNumber } from './exact-number.ts';

/**
 * The value of a JSON text that is still being received: all complete parts, and the received part of an open string.
 * A key without a value, a partial number and a partial word are omitted. So a later result never removes or changes a
 * part of an earlier one, except that a string becomes longer. It ends before a number that is not exact. The result is `undefined` until the first value begins,
 * and for a single number until a character follows it. Text after the value and a Markdown fence before it are
 * ignored, and so is everything from a value on that is nested more than {@link maxJsonDepth} levels deep. Never throws.
 * The time grows with the length of the text: for a long answer, call it at intervals and not for each piece.
 */
export function parsePartialJson(text: string): JsonValue | undefined {
  const scan: Scan = { text, at: skipFence(text), open: [], expects: 'value', end: 0, closing: '' };
  while (scan.at < text.length && scan.expects !== 'nothing') readNext(scan);
  // Each bracket updates `end`, so the brackets that are open now are those that are open at `end`.
  const closing = scan.closing + scan.open.toReversed().join('');
  return parseJson(text.slice(skipFence(text), scan.end) + closing);
}

interface Scan {
  readonly text: string;
  at: number;
  /** The closing brackets that are still missing, innermost last. */
  readonly open: string[];
  expects: 'value' | 'key' | 'first-key' | 'first-value' | 'colon' | 'comma' | 'nothing';
  /** The end of the usable text. */
  end: number;
  /** The closing quote if a string is open at `end`, otherwise empty. */
  closing: string;
}

function skipFence(text: string): number {
  const fence = /```\w*\s*/y;
  fence.lastIndex = text.length - text.trimStart().length;
  return fence.test(text) ? fence.lastIndex : 0;
}

function readNext(scan: Scan): void {
  const character = scan.text.charAt(scan.at);
  if (/\s/.test(character)) scan.at += 1;
  else if (scan.expects === 'colon') readMark(scan, character, ':', 'value');
  else if (isClosing(scan, character)) closeBracket(scan);
  else if (scan.expects === 'comma')
    readMark(scan, character, ',', inObject(scan) ? 'key' : 'value');
  else if (scan.expects === 'key' || scan.expects === 'first-key') readKey(scan, character);
  else readValue(scan, character);
}

function readMark(scan: Scan, character: string, mark: string, next: Scan['expects']): void {
  scan.at += 1;
  scan.expects = character === mark ? next : 'nothing';
}

function inObject(scan: Scan): boolean {
  return scan.open[scan.open.length - 1] === '}';
}

function isClosing(scan: Scan, character: string): boolean {
  const mayClose = scan.expects === 'comma' || scan.expects.startsWith('first-');
  return mayClose && character === scan.open[scan.open.length - 1];
}

function closeBracket(scan: Scan): void {
  scan.open.pop();
  scan.at += 1;
  keep(scan);
}

/** Moves `end` to the current position: a value is complete there. */
function keep(scan: Scan, closing = ''): void {
  scan.end = scan.at;
  scan.closing = closing;
  scan.expects = scan.open.length === 0 ? 'nothing' : 'comma';
}

function readKey(scan: Scan, character: string): void {
  const end = character === '"' ? endOfString(scan.text, scan.at) : undefined;
  if (end === undefined) {
    scan.expects = 'nothing';
    return;
  }
  scan.at = end;
  scan.expects = 'colon';
}

function readValue(scan: Scan, character: string): void {
  if (character === '{' || character === '[') {
    if (scan.open.length === maxJsonDepth) {
      scan.expects = 'nothing';
      return;
    }
    scan.at += 1;
    scan.open.push(character === '{' ? '}' : ']');
    keep(scan);
    scan.expects = character === '{' ? 'first-key' : 'first-value';
  } else if (character === '"') readString(scan);
  else readWord(scan);
}

function readString(scan: Scan): void {
  const end = endOfString(scan.text, scan.at);
  if (end !== undefined) {
    scan.at = end;
    keep(scan);
    return;
  }
  scan.at = wholeCharactersEnd(scan.text);
  keep(scan, '"');
  scan.expects = 'nothing';
}

/** The end of a text that stops inside a string, before an incomplete escape or surrogate pair. */
function wholeCharactersEnd(text: string): number {
  const afterEscape = lastUnescaped(text, /\\(?:u[\da-fA-F]{0,3})?$/) ?? text.length;
  const rest = text.slice(Math.max(0, afterEscape - 8), afterEscape);
  const isHighHalf = /[\ud800-\udbff]$/.test(rest);
  if (isHighHalf) return afterEscape - 1;
  return lastUnescaped(text.slice(0, afterEscape), /\\u[dD][89abAB][\da-fA-F]{2}$/) ?? afterEscape;
}

function lastUnescaped(text: string, ending: RegExp): number | undefined {
  const tail = text.slice(-6);
  const at = tail.search(ending);
  const index = text.length - tail.length + at;
  return at === -1 || isEscaped(text, index) ? undefined : index;
}

/** The position after the string that starts here; `undefined` if it is not closed yet. */
function endOfString(text: string, start: number): number | undefined {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  return quote === -1 ? undefined : quote + 1;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charAt(at - 1 - backslashes) === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

function readWord(scan: Scan): void {
  const word = /[^\s,[\]{}":]*/y;
  word.lastIndex = scan.at;
  const text = word.exec(scan.text)?.[0] ?? '';
  const isWhole = scan.at + text.length < scan.text.length || /^(?:true|false|null)$/.test(text);
  const value = isWhole ? parseJson(text) : undefined;
  if (value === undefined || (typeof value === 'number' && !isExactNumber(text))) {
    scan.expects = 'nothing';
    return;
  }
  scan.at += text.length;
  keep(scan);
}
