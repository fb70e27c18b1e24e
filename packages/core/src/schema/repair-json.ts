import { createRequire } from 'node:module';
import type * as JsonRepair from 'jsonrepair';
import type { JsonValue } from '../json.ts';
import { type LooseReading, type LooseToken, readLooseJson } from './loose-json.ts';

/** A text read as JSON: the value and what had to be mended for it, or why it may not be mended. */
export type RepairedJson =
  | { readonly ok: true; readonly value: JsonValue; readonly repairs: readonly string[] }
  | {
      readonly ok: false;
      readonly problem: string;
      /** Whether the text ends before its value does (also when it holds no value at all). */
      readonly cut: boolean;
    };

/**
 * Reads what a model meant as JSON, and repairs its syntax where that changes nothing that the model said.
 *
 * The line: every string and every bracket is closed by its own characters, every value in the result stands in the
 * text, and every value in the text stands in the result. So these are mended: other quotes, unquoted keys and
 * unquoted words (`{city: Paris}`), `True`/`False`/`None`, missing, leading and trailing commas, a missing colon,
 * comments, a Markdown fence around the whole, JSON that was escaped as a whole, control characters inside strings,
 * strings joined by `+`, special white space, `.5`. And these are refused: a text that ends early (`cut`), a bracket
 * or quote too few or too many, `2.` and `2e` (digits may be missing), `...`, `NaN`, `undefined`, an escape that JSON
 * does not know (`"\d"`: nobody can say whether the backslash was meant), a quote inside a string that is not
 * escaped, several values after another, and text around the value.
 *
 * How it is held: two readers must agree. The library's repair counts only if it holds exactly the tokens that our
 * own reading of the text found, in the same order.
 *
 * A key that is written twice keeps its last value, as JSON.parse has it, and is named in `repairs`. `__proto__` is an
 * ordinary own key. Never throws.
 */
export function mendJson(text: string): RepairedJson {
  const strict = parseJson(text);
  if (strict !== undefined) {
    const repairs = saysAll(strict, text) ? [] : repeatedKeys(text);
    return { ok: true, value: strict, repairs };
  }
  return unescapeWhole(text) ?? repairSyntax(text);
}

/**
 * What a broken text most likely meant, closed and completed by guessing. For showing partial or damaged output only:
 * nothing that comes from here may run. `undefined` where even guessing finds no value. Never throws.
 */
export function repairJson(text: string): JsonValue | undefined {
  const repaired = repairText(text);
  return repaired === undefined ? undefined : parseJson(repaired);
}

const requireLibrary = createRequire(import.meta.url);

function repairText(text: string): string | undefined {
  const { jsonrepair } = requireLibrary('jsonrepair') as typeof JsonRepair;
  try {
    return jsonrepair(text);
  } catch {
    // Beyond repair, or nested deeper than the stack: both mean that there is no repaired text.
    return undefined;
  }
}

function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** `{\"a\": 1}`: JSON that was escaped once more as a whole. */
function unescapeWhole(text: string): RepairedJson | undefined {
  if (!/^\s*[[{](?:\s|\\[nrt])*\\"/.test(text)) return undefined;
  const quoted = text.replace(/[\n\r\t]/g, (character) => JSON.stringify(character).slice(1, -1));
  const unescaped = parseJson(`"${quoted}"`);
  if (typeof unescaped !== 'string') return undefined;
  const value = parseJson(unescaped);
  if (value === undefined) return undefined;
  return { ok: true, value, repairs: ['escaped JSON', ...repeatedKeys(unescaped)] };
}

function repairSyntax(text: string): RepairedJson {
  const { body, isFenced } = withoutFence(text);
  const reading = readLooseJson(body);
  if (reading.problem !== undefined)
    return { ok: false, problem: reading.problem, cut: reading.cut };
  const words = reading.tokens.find(hidesOrChangesValue);
  if (words !== undefined) return refuse(`${preview(words.text)} is no JSON value`);
  if (isBareText(reading.tokens)) return refuse(`${preview(body.trim())} is no JSON`);
  const repaired = repairText(body);
  const value = repaired === undefined ? undefined : parseJson(repaired);
  if (repaired === undefined || value === undefined) return refuse(brokenStructure);
  const repairs = agree(reading, readLooseJson(repaired));
  if (repairs === undefined) return refuse(brokenStructure);
  return {
    ok: true,
    value,
    repairs: [...(isFenced ? ['code fence'] : []), ...repairs, ...repeatedKeys(repaired)],
  };
}

const brokenStructure =
  'its structure is broken: a quote, a bracket or a value is not where JSON needs it';

function refuse(problem: string): RepairedJson {
  return { ok: false, problem, cut: false };
}

function preview(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function withoutFence(text: string): { body: string; isFenced: boolean } {
  const opening = /^\s*```[\w-]*/.exec(text);
  if (opening === null) return { body: text, isFenced: false };
  return { body: text.slice(opening[0].length).replace(/```\s*$/, ''), isFenced: true };
}

/** Words that the library would turn into another value, or that stand for values which were left out. */
function hidesOrChangesValue({ kind, text }: LooseToken): boolean {
  if (kind !== 'word') return false;
  if (/^(?:undefined|[+-]?NaN|[+-]?Infinity)$/.test(text) || /\.\.\.|…/.test(text)) return true;
  // `{a: x b: y}` has lost a comma somewhere, and nobody can say where.
  return /\s/.test(text) && text.includes(':');
}

/** Quoting a word inside an object is a mend; quoting a whole text would make JSON of any prose. */
function isBareText(tokens: readonly LooseToken[]): boolean {
  const first = tokens[0];
  return first?.kind === 'word' && !/^(?:True|False|None|-?\.\d+)$/.test(first.text);
}

/** The repairs, if the repaired text holds the very tokens of the original; else nothing. */
function agree(original: LooseReading, repaired: LooseReading): string[] | undefined {
  const left = splitAtMarks(original.tokens);
  const right = splitAtMarks(repaired.tokens);
  if (left.length !== right.length) return undefined;
  const repairs = new Set(original.repairs);
  for (const [index, piece] of left.entries()) {
    const other = right[index];
    if (other === undefined || !isSamePiece(piece, other, repairs)) return undefined;
  }
  return [...repairs];
}

/** A value, a key or a bracket, and the commas and colons that stand before it. */
interface Piece {
  readonly marks: string;
  readonly token: LooseToken | undefined;
}

function splitAtMarks(tokens: readonly LooseToken[]): Piece[] {
  const pieces: Piece[] = [];
  let marks = '';
  for (const token of tokens) {
    if (token.kind === 'mark' && (token.text === ',' || token.text === ':')) marks += token.text;
    else {
      pieces.push({ marks, token });
      marks = '';
    }
  }
  return [...pieces, { marks, token: undefined }];
}

function isSamePiece(original: Piece, repaired: Piece, repairs: Set<string>): boolean {
  return (
    areSameMarks(original.marks, repaired.marks, repairs) &&
    isSameToken(original.token, repaired.token, repairs)
  );
}

function areSameMarks(original: string, repaired: string, repairs: Set<string>): boolean {
  if (original === repaired) return true;
  if (original === '' && repaired !== '')
    repairs.add(repaired === ':' ? 'missing colon' : 'missing comma');
  else if (original === ',' && repaired === '') repairs.add('superfluous comma');
  else return false;
  return true;
}

function isSameToken(
  original: LooseToken | undefined,
  repaired: LooseToken | undefined,
  repairs: Set<string>,
): boolean {
  if (original === undefined || repaired === undefined) return original === repaired;
  if (original.kind === repaired.kind && original.text === repaired.text) return true;
  if (original.kind !== 'word') return false;
  if (repaired.kind === 'string' && repaired.text === original.text) repairs.add('unquoted words');
  else if (pythonLiterals[original.text] === repaired.text) repairs.add('Python literals');
  else if (original.text.replace(/^(-?)\./, '$10.') === repaired.text) repairs.add('leading zero');
  else return false;
  return true;
}

const pythonLiterals: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  None: 'null',
};

/** Whether a value surely holds every key and string of the text that it was read from: it has as many quotes. */
function saysAll(value: JsonValue, text: string): boolean {
  if (text.includes('\\')) return false;
  try {
    return countQuotes(JSON.stringify(value)) === countQuotes(text);
  } catch {
    // It nests deeper than it can be walked.
    return false;
  }
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count += 1;
  return count;
}

/** A note for each key that one object of a strict JSON text holds more than once. */
function repeatedKeys(json: string): string[] {
  const notes = new Set<string>();
  const open: Set<string>[] = [];
  let previous = '';
  for (const { kind, text } of readLooseJson(json).tokens) {
    if (kind === 'mark' && (text === '{' || text === '[')) open.push(new Set());
    else if (kind === 'mark' && (text === '}' || text === ']')) open.pop();
    else if (kind === 'mark' && text === ':') {
      const keys = open[open.length - 1];
      if (keys?.has(previous)) notes.add(`the last of several ${preview(previous)}`);
      keys?.add(previous);
    }
    previous = text;
  }
  return [...notes];
}
