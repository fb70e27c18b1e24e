import { maxJsonDepth } from '../../json.ts';
import { shorten } from '../../shorten.ts';
import { isExactNumber } from './exact-number.ts';
import type { LooseToken } from './loose-json.ts';

/** A strict JSON text with exactly the values of a loose one, and the repairs that it needed. */
export interface StrictJson {
  readonly json: string;
  readonly repairs: readonly string[];
  /** The numbers that JavaScript cannot hold exactly, as written. The text has them in quotes. */
  readonly largeNumbers: readonly string[];
}

/**
 * Prints tokens of loose JSON as strict JSON. Each key, value and bracket is printed once and in order; only commas and
 * colons are added or removed, and words become literals or strings. `undefined` if the tokens do not form one value,
 * or if it is not certain which of them belong together. Never throws; the time is linear in the number of tokens.
 */
export function toStrictJson(tokens: readonly LooseToken[]): StrictJson | undefined {
  const printer: Printer = {
    open: [],
    pieces: [],
    repairs: new Set(),
    largeNumbers: new Set(),
    marks: '',
    isDone: false,
  };
  for (const token of tokens) {
    if (token.kind === 'mark' && (token.text === ',' || token.text === ':')) {
      printer.marks += token.text;
    } else if (!printToken(printer, token)) return undefined;
  }
  if (!printer.isDone || !dropComma(printer)) return undefined;
  return {
    json: printer.pieces.join(''),
    repairs: [...printer.repairs],
    largeNumbers: [...printer.largeNumbers],
  };
}

/** The note for a key that one object has more than once. */
export function repeatedKey(key: string): string {
  return `the last of several values of ${JSON.stringify(shorten(key, 41))}`;
}

/** Whether a word can be the whole text: only a literal can, because quotes around it would turn prose into JSON. */
export function isLiteral(word: string): boolean {
  return jsonLiteral.test(word) || pythonLiterals.has(word) || shortNumber.test(word);
}

interface Printer {
  /** The objects and arrays that are open, innermost last. */
  readonly open: Container[];
  readonly pieces: string[];
  readonly repairs: Set<string>;
  readonly largeNumbers: Set<string>;
  /** The commas and colons since the last token. */
  marks: string;
  /** Whether the value of the whole text is printed. */
  isDone: boolean;
}

interface Container {
  readonly isObject: boolean;
  /** The keys so far. */
  readonly keys: Set<string>;
  /** The key whose value must follow. */
  key: LooseToken | undefined;
  /** The last token of the last value; `undefined` if there is no value yet. */
  last: LooseToken | undefined;
  /** Whether the comma before the last key was missing. */
  lacksComma: boolean;
}

/** Prints one key, value or bracket. Returns whether its place is valid. */
function printToken(printer: Printer, token: LooseToken): boolean {
  const container = printer.open[printer.open.length - 1];
  if (container === undefined) {
    return !printer.isDone && printer.marks === '' && printValue(printer, token);
  }
  if (isClosing(token)) return closeContainer(printer, container, token);
  if (container.key !== undefined) {
    return printColon(printer, container, container.key, token) && printValue(printer, token);
  }
  if (!printComma(printer, container, token)) return false;
  return container.isObject ? printKey(printer, container, token) : printValue(printer, token);
}

function isClosing({ kind, text }: LooseToken): boolean {
  return kind === 'mark' && (text === '}' || text === ']');
}

function closeContainer(printer: Printer, container: Container, bracket: LooseToken): boolean {
  if (container.key !== undefined || !dropComma(printer)) return false;
  printer.pieces.push(bracket.text);
  printer.open.pop();
  finishValue(printer, bracket);
  return true;
}

function finishValue(printer: Printer, last: LooseToken): void {
  const container = printer.open[printer.open.length - 1];
  if (container === undefined) printer.isDone = true;
  else {
    container.key = undefined;
    container.last = last;
  }
}

/** Drops a comma that separates nothing. Returns whether there are no other marks. */
function dropComma(printer: Printer): boolean {
  if (printer.marks === '') return true;
  if (printer.marks !== ',') return false;
  printer.marks = '';
  printer.repairs.add('superfluous comma');
  return true;
}

function printComma(printer: Printer, container: Container, next: LooseToken): boolean {
  if (container.last === undefined) return dropComma(printer);
  container.lacksComma = printer.marks === '';
  if (container.lacksComma) {
    if (!areSeparate(container.last, next)) return false;
    printer.repairs.add('missing comma');
  } else if (printer.marks !== ',') return false;
  printer.marks = '';
  printer.pieces.push(',');
  return true;
}

/** Whether two tokens without a comma are certainly two values, and not one text with unescaped quotes or spaces. */
function areSeparate(last: LooseToken, next: LooseToken): boolean {
  if (last.kind === 'mark') return true;
  const isText = last.kind === 'word' && !isLiteral(last.text);
  if (next.gap === 'line') return !isText || next.kind !== 'word';
  if (next.gap === 'none' || isText) return false;
  return last.kind === 'word' || next.kind === 'string';
}

function printColon(
  printer: Printer,
  { lacksComma }: Container,
  key: LooseToken,
  value: LooseToken,
): boolean {
  if (printer.marks === '') {
    const isSeparate = value.gap !== 'none' || value.kind === 'mark';
    const isText = value.kind === 'word' && !isLiteral(value.text);
    if (lacksComma || key.kind === 'word' || !isSeparate || isText) return false;
    printer.repairs.add('missing colon');
  } else if (printer.marks !== ':') return false;
  printer.marks = '';
  printer.pieces.push(':');
  return true;
}

function printKey(printer: Printer, container: Container, token: LooseToken): boolean {
  if (token.kind === 'mark') return false;
  if (token.kind === 'word') printer.repairs.add('unquoted words');
  if (container.keys.has(token.text)) printer.repairs.add(repeatedKey(token.text));
  container.keys.add(token.text);
  printer.pieces.push(JSON.stringify(token.text));
  container.key = token;
  return true;
}

function printValue(printer: Printer, token: LooseToken): boolean {
  if (token.kind === 'mark') {
    printer.pieces.push(token.text);
    const isObject = token.text === '{';
    if (printer.open.length === maxJsonDepth) return false;
    const keys = new Set<string>();
    printer.open.push({ isObject, keys, key: undefined, last: undefined, lacksComma: false });
    return true;
  }
  const json =
    token.kind === 'string' ? JSON.stringify(token.text) : printWord(printer, token.text);
  if (json === undefined) return false;
  printer.pieces.push(json);
  finishValue(printer, token);
  return true;
}

const jsonLiteral = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
/** A number without the zero before its point. */
const shortNumber = /^-?\.\d+(?:[eE][+-]?\d+)?$/;
const pythonLiterals: ReadonlyMap<string, string> = new Map([
  ['True', 'true'],
  ['False', 'false'],
  ['None', 'null'],
]);

function printWord(printer: Printer, word: string): string | undefined {
  if (jsonLiteral.test(word)) return printLiteral(printer, word);
  const literal = pythonLiterals.get(word);
  if (literal !== undefined) {
    printer.repairs.add('Python literals');
    return literal;
  }
  if (shortNumber.test(word)) {
    printer.repairs.add('leading zero');
    return printLiteral(printer, word.replace('.', '0.'));
  }
  if (isAmbiguous(word)) return undefined;
  printer.repairs.add('unquoted words');
  return JSON.stringify(word);
}

function printLiteral(printer: Printer, word: string): string {
  if ('tfn'.includes(word.charAt(0)) || isExactNumber(word)) return word;
  printer.largeNumbers.add(word);
  return JSON.stringify(word);
}

/** Whether a word may be something else than one text: an incomplete number, several values, a sum, a call, symbols. */
function isAmbiguous(word: string): boolean {
  if (word.startsWith('+') || /\s\+\s|[+:]$/.test(word) || !/[\p{L}\p{N}]/u.test(word)) return true;
  if (/^-?(?:\d+\.(?:[eE].*)?|\d+(?:\.\d+)?[eE][+-]?)?$/.test(word)) return true;
  const space = word.search(/\s/);
  if (space !== -1 && isLiteral(word.slice(0, space))) return true;
  const name = /^\w*/.exec(word)?.[0] ?? '';
  const isCall = name !== '' && word.startsWith('(', name.length);
  return isCall || countOf(word, '(') !== countOf(word, ')');
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1;
}
