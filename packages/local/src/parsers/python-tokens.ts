/** A lexical token of Python source, limited to what expressions need. */
export type PythonToken =
  | { kind: 'name'; text: string }
  | { kind: 'number'; text: string }
  | { kind: 'string'; value: string; literal: boolean }
  | { kind: 'operator'; text: string }
  | { kind: 'end-of-line' };

/** Thrown if Python would raise a `SyntaxError`. */
export class PythonSyntaxError extends Error {}

const space = /[ \t\f]+|\\\r?\n/y;
const comment = /#[^\n]*/y;
const name = /[\p{L}_][\p{L}\p{N}\p{M}_]*/uy;
const number =
  /(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*\.?(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?[jJ]?)/y;
const stringStart = /([rRbBuUfF]{0,2})('''|"""|'|")/y;
const operator = /\*\*|\/\/|<<|>>|==|!=|<=|>=|:=|->|\.\.\.|[-+*/%@&|^~<>()[\]{},:.=;]/y;

/**
 * Splits Python source into tokens. Line ends inside brackets are ignored, as in Python.
 * Throws `PythonSyntaxError` for text that is not Python, such as an unterminated string.
 */
export function tokenizePython(source: string): PythonToken[] {
  const tokens: PythonToken[] = [];
  let depth = 0;
  let at = 0;
  while (at < source.length) {
    const skipped = match(space, source, at) ?? match(comment, source, at);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const [token, length] = nextToken(source, at);
    at += length;
    if (token.kind === 'end-of-line' && depth > 0) continue;
    if (token.kind === 'operator') depth += depthChange(token.text);
    tokens.push(token);
  }
  return tokens;
}

function nextToken(source: string, at: number): [PythonToken, number] {
  const line = match(/\r?\n|\r/y, source, at);
  if (line !== undefined) return [{ kind: 'end-of-line' }, line.length];
  const quoted = readString(source, at);
  if (quoted !== undefined) return quoted;
  const word = match(name, source, at);
  if (word !== undefined) return [{ kind: 'name', text: word }, word.length];
  const digits = match(number, source, at);
  if (digits !== undefined) return [readNumber(source, at, digits), digits.length];
  const sign = match(operator, source, at);
  if (sign !== undefined) return [{ kind: 'operator', text: sign }, sign.length];
  throw new PythonSyntaxError(`invalid character at ${at}`);
}

function readNumber(source: string, at: number, digits: string): PythonToken {
  if (match(name, source, at + digits.length) !== undefined) {
    throw new PythonSyntaxError('invalid decimal literal');
  }
  if (/^0[0-9_]*[1-9]/.test(digits) && /^[0-9_]+$/.test(digits)) {
    throw new PythonSyntaxError('leading zeros in decimal integer literals are not permitted');
  }
  return { kind: 'number', text: digits.replaceAll('_', '') };
}

function readString(source: string, at: number): [PythonToken, number] | undefined {
  stringStart.lastIndex = at;
  const start = stringStart.exec(source);
  if (start === null) return undefined;
  const [opening, prefixText = '', quote = "'"] = start;
  const prefix = prefixText.toLowerCase();
  const bodyAt = at + opening.length;
  const end = findStringEnd(source, bodyAt, quote);
  const body = source.slice(bodyAt, end);
  const value = prefix.includes('r') ? body : unescapePython(body);
  // Bytes and f-strings are valid Python, but a tool argument cannot be one.
  const literal = !/[bf]/.test(prefix);
  return [{ kind: 'string', value, literal }, end + quote.length - at];
}

function findStringEnd(source: string, from: number, quote: string): number {
  for (let at = from; at < source.length; at += 1) {
    if (source[at] === '\\') {
      at += 1;
    } else if (source.startsWith(quote, at)) {
      return at;
    } else if (quote.length === 1 && source[at] === '\n') {
      break;
    }
  }
  throw new PythonSyntaxError('unterminated string literal');
}

const simpleEscapes: Record<string, string> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescapePython(body: string): string {
  const escapeSequence =
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g;
  return body.replace(
    escapeSequence,
    (whole, hex2, hex4, hex8, octal, other: string | undefined) => {
      const hex = hex2 ?? hex4 ?? hex8;
      if (hex !== undefined) return codePoint(Number.parseInt(hex, 16));
      if (octal !== undefined) return codePoint(Number.parseInt(octal, 8));
      if (other === 'x' || other === 'u' || other === 'U' || other === 'N') {
        throw new PythonSyntaxError('(unicode error) truncated escape');
      }
      return simpleEscapes[other ?? ''] ?? whole;
    },
  );
}

function codePoint(code: number): string {
  if (code > 0x10ffff) throw new PythonSyntaxError('(unicode error) illegal Unicode character');
  return String.fromCodePoint(code);
}

function depthChange(text: string): number {
  if ('([{'.includes(text)) return 1;
  return ')]}'.includes(text) ? -1 : 0;
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}
