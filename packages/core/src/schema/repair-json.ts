import { createRequire } from 'node:module';
import type * as JsonRepair from 'jsonrepair';
import { type JsonValue, parseJson } from '../json.ts';
import { shorten } from '../shorten.ts';
import { type LooseReading, type LooseToken, readLooseJson } from './loose-json.ts';

/** The result of reading a text as JSON: the value and the repairs that it needed, or why it cannot be repaired. */
export type RepairedJson =
  | { readonly ok: true; readonly value: JsonValue; readonly repairs: readonly string[] }
  | {
      readonly ok: false;
      readonly problem: string;
      /** Whether the text ends before its value is complete (also if it has no value). */
      readonly cut: boolean;
    };

/**
 * Parses JSON that a model wrote, and repairs its syntax if that does not change any value.
 *
 * The rule: every string and every bracket is closed by its own character, every value of the result is in the text,
 * and every value of the text is in the result. These are repaired: other quotes, unquoted keys and unquoted text
 * (`{city: Paris}`), `True`/`False`/`None`, missing, leading and trailing commas, a missing colon, comments, a Markdown
 * fence around the text, JSON that was escaped a second time, control characters inside strings, strings joined by `+`,
 * special white space, `.5`. These are not repaired: a text that ends early (`cut`), a missing or superfluous bracket or
 * quote, `2.` and `2e` (digits may be missing), `...`, `NaN`, `undefined`, an unknown escape (`"\d"`: the backslash may
 * or may not be part of the text), an unescaped quote inside a string, several values, and text around the value.
 *
 * To keep the rule, two readers must agree: the library's repair is used only if it has exactly the tokens that
 * {@link readLooseJson} found in the text, in the same order.
 *
 * If a key is written twice, the last value is used, as in JSON.parse, and the key is listed in `repairs`. `__proto__`
 * is an ordinary own key. Never throws.
 */
export function repairJson(text: string): RepairedJson {
  const strict = parseJson(text);
  if (strict !== undefined) {
    const repairs = holdsAllKeys(strict, text) ? [] : repeatedKeys(text);
    return { ok: true, value: strict, repairs };
  }
  return unescapeWhole(text) ?? repairSyntax(text);
}

const requireLibrary = createRequire(import.meta.url);

function repairText(text: string): string | undefined {
  const { jsonrepair } = requireLibrary('jsonrepair') as typeof JsonRepair;
  try {
    return jsonrepair(text);
  } catch {
    // The text cannot be repaired, or it is nested deeper than the stack allows.
    return undefined;
  }
}

/** Reads JSON that was escaped a second time, such as `{\"a\": 1}`. */
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
  const word = reading.tokens.find(hidesOrChangesValue);
  if (word !== undefined) return refuse(`${preview(word.text)} is not a JSON value`);
  if (isBareText(reading.tokens)) return refuse(`${preview(body.trim())} is not JSON`);
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
  'its structure is broken: a quote, a bracket or a value is in the wrong place';

function refuse(problem: string): RepairedJson {
  return { ok: false, problem, cut: false };
}

function preview(text: string): string {
  return JSON.stringify(shorten(text, 41));
}

function withoutFence(text: string): { body: string; isFenced: boolean } {
  const opening = /^\s*```[\w-]*/.exec(text);
  if (opening === null) return { body: text, isFenced: false };
  return { body: text.slice(opening[0].length).replace(/```\s*$/, ''), isFenced: true };
}

/** Whether the library would change a word into another value, or the word replaces values that were omitted. */
function hidesOrChangesValue({ kind, text }: LooseToken): boolean {
  if (kind !== 'word') return false;
  if (/^(?:undefined|[+-]?NaN|[+-]?Infinity)$/.test(text) || /\.\.\.|…/.test(text)) return true;
  // `{a: x b: y}` lacks a comma, and its place is not known.
  return /\s/.test(text) && text.includes(':');
}

/** Whether the whole text is a bare word. Adding quotes around a whole text would turn any prose into JSON. */
function isBareText(tokens: readonly LooseToken[]): boolean {
  const first = tokens[0];
  return first?.kind === 'word' && !/^(?:True|False|None|-?\.\d+)$/.test(first.text);
}

/** The repairs if the repaired text has the same tokens as the original; otherwise `undefined`. */
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

/** A value, a key or a bracket, with the commas and colons before it. */
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

/** Whether no key of the text was written twice: then the value, as JSON, has as many quotes as the text. */
function holdsAllKeys(value: JsonValue, text: string): boolean {
  if (text.includes('\\')) return false;
  try {
    return countQuotes(JSON.stringify(value)) === countQuotes(text);
  } catch {
    // The value is nested deeper than the stack allows.
    return false;
  }
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count += 1;
  return count;
}

/** A note for each key that one object of a strict JSON text has more than once. */
function repeatedKeys(json: string): string[] {
  const notes = new Set<string>();
  const open: Set<string>[] = [];
  let previous = '';
  for (const { kind, text } of readLooseJson(json).tokens) {
    if (kind === 'mark' && (text === '{' || text === '[')) open.push(new Set());
    else if (kind === 'mark' && (text === '}' || text === ']')) open.pop();
    else if (kind === 'mark' && text === ':') {
      const keys = open[open.length - 1];
      if (keys?.has(previous)) notes.add(`the last of several values of ${preview(previous)}`);
      keys?.add(previous);
    }
    previous = text;
  }
  return [...notes];
}
