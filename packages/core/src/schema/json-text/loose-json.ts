/**
 * One token of a text that is JSON or close to it. The text of a `string` is decoded; a `word` is anything without
 * quotes, as written; a `mark` is a bracket, comma or colon.
 */
export interface LooseToken {
  readonly kind: 'mark' | 'string' | 'word';
  readonly text: string;
  /** What separates the token from the one before it; a comment counts as a space. */
  readonly gap: 'none' | 'space' | 'line';
}

/** The tokens of a text, read without guessing. */
export interface LooseReading {
  readonly tokens: readonly LooseToken[];
  /** What strict JSON does not allow, each kind once. */
  readonly repairs: readonly string[];
  /** Why the text is not complete: a string or a bracket that is not closed by its own character. */
  readonly problem?: string;
  /** Whether the text ends before its value does. */
  readonly cut: boolean;
}

/**
 * Reads the tokens of a text that is JSON or close to it. A string ends only at its own quote, and an opening bracket
 * only at the matching closing one. Never throws; the time is linear in the length of the text.
 */
export function readLooseJson(text: string): LooseReading {
  const reader: Reader = { text, at: 0, tokens: [], gap: 'none', open: [], repairs: new Set() };
  while (reader.at < text.length && reader.failure === undefined) readNext(reader);
  const failure = reader.failure ?? openBracket(reader);
  return {
    tokens: reader.tokens,
    repairs: [...reader.repairs],
    cut: failure?.cut ?? false,
    ...(failure === undefined ? {} : { problem: failure.problem }),
  };
}

interface Failure {
  readonly problem: string;
  readonly cut: boolean;
}

interface Reader {
  readonly text: string;
  at: number;
  readonly tokens: LooseToken[];
  /** What separates the next token from the last one. */
  gap: LooseToken['gap'];
  /** The brackets that are still open, innermost last. */
  readonly open: string[];
  readonly repairs: Set<string>;
  failure?: Failure;
}

const closers: Readonly<Record<string, string>> = { '{': '}', '[': ']' };
const whitespace = /[\s\u180e\u200b]/u;
const jsonWhitespace = ' \t\n\r';
const doubleQuotes = '"\u201c\u201d';
const singleQuotes = "'\u2018\u2019`\u00b4";
const quotes = doubleQuotes + singleQuotes;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': '`',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Most characters are decided without the pattern, which takes longer. */
function isWhitespace(character: string): boolean {
  if (character > ' ' && character < '\u0080') return false;
  return whitespace.test(character);
}

function readNext(reader: Reader): void {
  const character = reader.text.charAt(reader.at);
  if (isWhitespace(character)) {
    if (!jsonWhitespace.includes(character)) reader.repairs.add('special whitespace');
    if (character === '\n') reader.gap = 'line';
    else if (reader.gap === 'none') reader.gap = 'space';
    reader.at += 1;
  } else if ('{}[],:'.includes(character)) readMark(reader, character);
  else if (quotes.includes(character)) readString(reader, character);
  else if (startsComment(reader.text, reader.at)) readComment(reader);
  else if (character === '+' && lastToken(reader)?.kind === 'string') readConcatenation(reader);
  else readWord(reader);
}

function lastToken(reader: Reader): LooseToken | undefined {
  return reader.tokens[reader.tokens.length - 1];
}

function readMark(reader: Reader, mark: string): void {
  reader.at += 1;
  addToken(reader, 'mark', mark);
  if (mark === '{' || mark === '[') reader.open.push(mark);
  if (mark !== '}' && mark !== ']') return;
  const opened = reader.open.pop();
  if (opened === undefined) fail(reader, `a "${mark}" has no opening bracket`);
  else if (closers[opened] !== mark) fail(reader, `a "${opened}" is closed by "${mark}"`);
}

function addToken(reader: Reader, kind: LooseToken['kind'], text: string): void {
  reader.tokens.push({ kind, text, gap: reader.gap });
  reader.gap = 'none';
}

function fail(reader: Reader, problem: string, cut = false): void {
  reader.failure = { problem, cut };
}

function openBracket(reader: Reader): Failure | undefined {
  const bracket = reader.open[reader.open.length - 1];
  if (bracket !== undefined)
    return { problem: `the text ends before its "${bracket}" is closed`, cut: true };
  if (reader.tokens.length === 0) return { problem: 'the text has no value', cut: true };
  return undefined;
}

function readString(reader: Reader, quote: string): void {
  const closing = closingQuotes(quote);
  if (quote !== '"') reader.repairs.add(quote === "'" ? 'single quotes' : 'special quotes');
  reader.at += 1;
  const pieces: string[] = [];
  while (reader.at < reader.text.length && reader.failure === undefined) {
    const character = reader.text.charAt(reader.at);
    if (closing.includes(character)) {
      reader.at += 1;
      addToken(reader, 'string', pieces.join(''));
      return;
    }
    pieces.push(character === '\\' ? readEscape(reader) : readPlain(reader, closing));
  }
  if (reader.failure === undefined) fail(reader, 'the text ends inside a string', true);
}

function closingQuotes(quote: string): string {
  if (quote === '"' || quote === "'") return quote;
  return singleQuotes.includes(quote) ? singleQuotes : doubleQuotes;
}

function readPlain(reader: Reader, closing: string): string {
  const start = reader.at;
  for (; reader.at < reader.text.length; reader.at += 1) {
    const character = reader.text.charAt(reader.at);
    if (character === '\\' || closing.includes(character)) break;
    if (character < ' ') reader.repairs.add('unescaped control characters');
  }
  return reader.text.slice(start, reader.at);
}

function readEscape(reader: Reader): string {
  const escaped = reader.text.charAt(reader.at + 1);
  const known = escapes[escaped];
  if (known !== undefined) {
    if (escaped === "'" || escaped === '`') reader.repairs.add('escaped quotes');
    reader.at += 2;
    return known;
  }
  return escaped === 'u' ? readUnicodeEscape(reader) : refuseEscape(reader, escaped);
}

function readUnicodeEscape(reader: Reader): string {
  const digits = reader.text.slice(reader.at + 2, reader.at + 6);
  if (!/^[\dA-Fa-f]{4}$/.test(digits)) return refuseEscape(reader, `u${digits}`);
  reader.at += 6;
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function refuseEscape(reader: Reader, escaped: string): string {
  const cut = reader.at + 1 + escaped.length >= reader.text.length;
  fail(reader, cut ? 'the text ends inside a string' : `"\\${escaped}" is not a JSON escape`, cut);
  return '';
}

function startsComment(text: string, at: number): boolean {
  return text.startsWith('//', at) || text.startsWith('/*', at);
}

function readComment(reader: Reader): void {
  reader.repairs.add('comments');
  if (reader.gap === 'none') reader.gap = 'space';
  const isBlock = reader.text.startsWith('/*', reader.at);
  const end = reader.text.indexOf(isBlock ? '*/' : '\n', reader.at + 2);
  if (end === -1 && isBlock) fail(reader, 'the text ends inside a comment', true);
  reader.at = end === -1 ? reader.text.length : end + (isBlock ? 2 : 0);
}

function readConcatenation(reader: Reader): void {
  reader.at += 1;
  while (isWhitespace(reader.text.charAt(reader.at))) reader.at += 1;
  const quote = reader.text.charAt(reader.at);
  if (quote === '') fail(reader, 'the text ends after a "+"', true);
  else if (quotes.includes(quote)) joinStrings(reader, quote);
  else fail(reader, 'a "+" is not followed by a string');
}

function joinStrings(reader: Reader, quote: string): void {
  const left = reader.tokens.pop();
  readString(reader, quote);
  const right = reader.tokens.pop();
  if (reader.failure !== undefined || left === undefined || right === undefined) return;
  reader.repairs.add('concatenated strings');
  reader.tokens.push({ ...left, text: left.text + right.text });
}

function readWord(reader: Reader): void {
  const start = reader.at;
  const endsAtColon = isKeyPosition(reader);
  reader.at += 1;
  while (reader.at < reader.text.length && !endsWord(reader, endsAtColon)) reader.at += 1;
  const written = reader.text.slice(start, reader.at);
  const text = written.trimEnd();
  addToken(reader, 'word', text);
  if (text.length < written.length) reader.gap = 'space';
}

function isKeyPosition(reader: Reader): boolean {
  return reader.open[reader.open.length - 1] === '{' && lastToken(reader)?.text !== ':';
}

function endsWord(reader: Reader, endsAtColon: boolean): boolean {
  const character = reader.text.charAt(reader.at);
  if (',[]{}\n'.includes(character) || quotes.includes(character)) return true;
  if (character === ':') return endsAtColon;
  // The slashes of "https://" do not start a comment.
  return startsComment(reader.text, reader.at) && reader.text.charAt(reader.at - 1) !== ':';
}
