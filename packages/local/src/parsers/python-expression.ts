import { PythonSyntaxError, type PythonToken, tokenizePython } from './python-tokens.ts';
import type { PythonValue } from './python-value.ts';

/** An expression, named as in Python's `ast`; `other` is valid Python that cannot be in a tool call. */
export type PythonNode =
  | { kind: 'constant'; value: PythonValue }
  | { kind: 'list'; items: PythonNode[] }
  | { kind: 'dictionary'; entries: [PythonNode, PythonNode][] }
  | { kind: 'name'; name: string }
  | { kind: 'attribute'; owner: PythonNode; name: string }
  | { kind: 'call'; target: PythonNode; keywords: [string, PythonNode][] }
  | { kind: 'other' };

const other: PythonNode = { kind: 'other' };

/** Names that `ast.parse` refuses, also for keyword arguments. */
const keywords = new Set(
  'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

/**
 * Parses a module of expression statements and returns the first one, like `ast.parse(text).body[0].value`.
 * Returns `undefined` for an empty module. Throws `PythonSyntaxError` if any statement is invalid.
 * Of other statements it knows assignments and annotations (`Note: done`); all others count as invalid.
 */
export function parsePythonModule(source: string): PythonNode | undefined {
  if (/^[ \t]/.test(source)) throw new PythonSyntaxError('unexpected indent');
  const reader = new Reader(tokenizePython(source));
  const statements: PythonNode[] = [];
  while (!reader.isDone()) {
    if (reader.skipLineEnd()) continue;
    statements.push(readStatement(reader));
    if (!reader.isDone() && !reader.skipLineEnd() && !reader.take(';')) reader.fail();
  }
  return statements[0];
}

class Reader {
  readonly #tokens: PythonToken[];
  #at = 0;

  constructor(tokens: PythonToken[]) {
    this.#tokens = tokens;
  }

  isDone(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(): PythonToken | undefined {
    return this.#tokens[this.#at];
  }

  next(): PythonToken {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw new PythonSyntaxError('unexpected end');
    this.#at += 1;
    return token;
  }

  isAt(text: string, offset = 0): boolean {
    const token = this.#tokens[this.#at + offset];
    return (token?.kind === 'operator' || token?.kind === 'name') && token.text === text;
  }

  take(text: string): boolean {
    if (!this.isAt(text)) return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) this.fail();
  }

  skipLineEnd(): boolean {
    if (this.peek()?.kind !== 'end-of-line') return false;
    this.#at += 1;
    return true;
  }

  fail(): never {
    throw new PythonSyntaxError('invalid syntax');
  }
}

function readStatement(reader: Reader): PythonNode {
  const node = readTupleOrExpression(reader);
  const isTarget = node.kind === 'name' || node.kind === 'attribute';
  if (isTarget && reader.take(':')) readExpression(reader);
  while (isTarget && reader.take('=')) readTupleOrExpression(reader);
  return node;
}

function readTupleOrExpression(reader: Reader): PythonNode {
  const first = readExpression(reader);
  if (!reader.isAt(',')) return first;
  while (reader.take(',')) {
    if (reader.isDone() || reader.peek()?.kind === 'end-of-line' || reader.isAt(')')) break;
    readExpression(reader);
  }
  return other;
}

const binaryOperators = new Set(
  '+ - * / // % @ ** << >> & | ^ == != < > <= >= and or in is if'.split(' '),
);

/** Precedence does not matter: an expression with an operator is never an argument of a call. */
function readExpression(reader: Reader): PythonNode {
  const first = readOperand(reader);
  let node = first;
  while (takeBinaryOperator(reader)) node = other;
  return node;
}

function takeBinaryOperator(reader: Reader): boolean {
  const token = reader.peek();
  if (token?.kind !== 'operator' && token?.kind !== 'name') return false;
  if (token.text === 'not' && reader.isAt('in', 1)) reader.next();
  else if (!binaryOperators.has(token.text)) return false;
  reader.next();
  if (token.text === 'is') reader.take('not');
  if (token.text === 'if') {
    readExpression(reader);
    reader.expect('else');
  }
  readOperand(reader);
  return true;
}

function readOperand(reader: Reader): PythonNode {
  if (['-', '+', '~', 'not'].some((sign) => reader.take(sign))) {
    readOperand(reader);
    return other;
  }
  let node = readAtom(reader);
  for (let next = readTrailer(reader, node); next !== undefined; next = readTrailer(reader, node)) {
    node = next;
  }
  return node;
}

function readTrailer(reader: Reader, target: PythonNode): PythonNode | undefined {
  if (reader.take('(')) return readCall(reader, target);
  if (reader.take('.')) return { kind: 'attribute', owner: target, name: readName(reader) };
  if (reader.take('[')) {
    readTupleOrExpression(reader);
    reader.expect(']');
    return other;
  }
  return undefined;
}

function readCall(reader: Reader, target: PythonNode): PythonNode {
  const named = new Map<string, PythonNode>();
  while (!reader.take(')')) {
    const isKeyword = reader.peek()?.kind === 'name' && reader.isAt('=', 1);
    if (isKeyword) {
      const name = readName(reader);
      reader.expect('=');
      // The last of two equal names is kept: Python refuses duplicates only when it compiles.
      named.set(name, readExpression(reader));
    } else {
      readPositional(reader, named.size > 0);
    }
    if (!reader.take(',') && !reader.isAt(')')) reader.fail();
  }
  return { kind: 'call', target, keywords: [...named] };
}

function readPositional(reader: Reader, isAfterKeyword: boolean): void {
  const isStarred = reader.take('*');
  readExpression(reader);
  if (isAfterKeyword && !isStarred) {
    throw new PythonSyntaxError('positional argument follows keyword argument');
  }
}

function readName(reader: Reader): string {
  const token = reader.next();
  if (token.kind !== 'name' || keywords.has(token.text)) reader.fail();
  if (['True', 'False', 'None'].includes(token.text)) reader.fail();
  return token.text;
}

function readAtom(reader: Reader): PythonNode {
  const token = reader.next();
  switch (token.kind) {
    case 'number':
      return readNumber(token.text);
    case 'string':
      return readStrings(reader, token);
    case 'name':
      return readNameOrConstant(reader, token.text);
    case 'operator':
      return readBracketed(reader, token.text);
    case 'end-of-line':
      return reader.fail();
  }
}

function readNumber(text: string): PythonNode {
  if (/[jJ]$/.test(text)) return other;
  if (/^0[xob]/i.test(text)) return integer(BigInt(text.toLowerCase()).toString());
  if (/^\d+$/.test(text)) return integer(BigInt(text).toString());
  return { kind: 'constant', value: { kind: 'float', value: Number(text) } };
}

function integer(digits: string): PythonNode {
  return { kind: 'constant', value: { kind: 'integer', digits } };
}

function readStrings(reader: Reader, first: PythonToken & { kind: 'string' }): PythonNode {
  let value = first.value;
  let isLiteral = first.literal;
  // Adjacent string literals are one string in Python.
  for (let next = reader.peek(); next?.kind === 'string'; next = reader.peek()) {
    value += next.value;
    isLiteral &&= next.literal;
    reader.next();
  }
  return isLiteral ? { kind: 'constant', value: { kind: 'string', value } } : other;
}

function readNameOrConstant(reader: Reader, name: string): PythonNode {
  if (name === 'True' || name === 'False') {
    return { kind: 'constant', value: { kind: 'boolean', value: name === 'True' } };
  }
  if (name === 'None') return { kind: 'constant', value: { kind: 'none' } };
  if (keywords.has(name)) reader.fail();
  return { kind: 'name', name };
}

function readBracketed(reader: Reader, bracket: string): PythonNode {
  switch (bracket) {
    case '[':
      return { kind: 'list', items: readItems(reader, ']') };
    case '(': {
      if (reader.take(')')) return other;
      const inner = readTupleOrExpression(reader);
      reader.expect(')');
      return inner;
    }
    case '{':
      return readDictionaryOrSet(reader);
    case '...':
      return other;
    default:
      return reader.fail();
  }
}

function readItems(reader: Reader, end: string): PythonNode[] {
  const items: PythonNode[] = [];
  while (!reader.take(end)) {
    items.push(readExpression(reader));
    if (!reader.take(',') && !reader.isAt(end)) reader.fail();
  }
  return items;
}

function readDictionaryOrSet(reader: Reader): PythonNode {
  if (reader.take('}')) return { kind: 'dictionary', entries: [] };
  const firstKey = readExpression(reader);
  if (!reader.isAt(':')) {
    if (!reader.take('}')) {
      reader.expect(',');
      readItems(reader, '}');
    }
    return other;
  }
  const entries: [PythonNode, PythonNode][] = [];
  let key = firstKey;
  while (true) {
    reader.expect(':');
    entries.push([key, readExpression(reader)]);
    if (reader.take('}')) break;
    reader.expect(',');
    if (reader.take('}')) break;
    key = readExpression(reader);
  }
  return { kind: 'dictionary', entries };
}
