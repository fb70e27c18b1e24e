import { isNestedTooDeeply, type JsonValue, maxJsonDepth, parseJson } from '../../json.ts';
import { shorten } from '../../shorten.ts';
import { explainLargeNumber, mayHoldLargeNumber } from './exact-number.ts';
import { type LooseToken, readLooseJson } from './loose-json.ts';
import { isLiteral, repeatedKey, toStrictJson } from './strict-json.ts';

/** The result of reading a text as JSON: the value and the repairs that it needed, or why it cannot be repaired. */
export type RepairedJson =
  | {
      readonly ok: true;
      readonly value: JsonValue;
      readonly repairs: readonly string[];
      /** Numbers that JavaScript cannot hold exactly, as written; the value has them as strings. Empty unless asked for. */
      readonly largeNumbers: readonly string[];
    }
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
 * If a key is written twice, the last value is used, as in JSON.parse, and the key is listed in `repairs`. `__proto__`
 * is an ordinary own key. A number that JavaScript cannot hold exactly, such as 9007199254740993 or 1e999, makes the text
 * unusable; with `keepsLargeNumbers`, its digits become a string, and the caller decides. Never throws.
 */
export function repairJson(
  text: string,
  { keepsLargeNumbers = false }: { readonly keepsLargeNumbers?: boolean } = {},
): RepairedJson {
  if (isNestedTooDeeply(text)) return refuse(tooDeep);
  const read = readStrict(text) ?? unescapeWhole(text) ?? repairSyntax(text);
  const [largeNumber] = read.ok && !keepsLargeNumbers ? read.largeNumbers : [];
  return largeNumber === undefined ? read : refuse(explainLargeNumber(largeNumber));
}

/** Reads strict JSON; `undefined` if it is not. */
function readStrict(text: string): RepairedJson | undefined {
  const value = parseJson(text);
  if (value === undefined) return undefined;
  const repairs = holdsAllKeys(value, text) ? [] : repeatedKeys(text);
  if (!mayHoldLargeNumber(text)) return { ok: true, value, repairs, largeNumbers: [] };
  const exact = toStrictJson(readLooseJson(text).tokens);
  const exactValue = exact === undefined ? undefined : parseJson(exact.json);
  if (exact === undefined || exactValue === undefined) return refuse(brokenStructure);
  return { ok: true, value: exactValue, repairs, largeNumbers: exact.largeNumbers };
}

/** Reads JSON that was escaped a second time, such as `{\"a\": 1}`. */
function unescapeWhole(text: string): RepairedJson | undefined {
  if (!startsEscaped(text)) return undefined;
  const quoted = text.replace(/[\n\r\t]/g, (character) => JSON.stringify(character).slice(1, -1));
  const unescaped = parseJson(`"${quoted}"`);
  if (typeof unescaped !== 'string') return undefined;
  if (isNestedTooDeeply(unescaped)) return refuse(tooDeep);
  const read = readStrict(unescaped);
  return read?.ok ? { ...read, repairs: ['escaped JSON', ...read.repairs] } : read;
}

/** Whether the first string of an object or array starts with an escaped quote. */
function startsEscaped(text: string): boolean {
  const body = text.trimStart();
  if (body.charAt(0) !== '{' && body.charAt(0) !== '[') return false;
  let at = 1;
  while (/^(?:\s|\\[nrt])/.test(body.slice(at, at + 2))) at += body.charAt(at) === '\\' ? 2 : 1;
  return body.startsWith('\\"', at);
}

function repairSyntax(text: string): RepairedJson {
  const { body, isFenced } = withoutFence(text);
  const reading = readLooseJson(body);
  if (reading.problem !== undefined)
    return { ok: false, problem: reading.problem, cut: reading.cut };
  const word = reading.tokens.find(hidesOrChangesValue);
  if (word !== undefined) return refuse(`${preview(word.text)} is not a JSON value`);
  if (isBareText(reading.tokens)) return refuse(`${preview(body.trim())} is not JSON`);
  const strict = toStrictJson(reading.tokens);
  const value = strict === undefined ? undefined : parseJson(strict.json);
  if (strict === undefined || value === undefined) return refuse(brokenStructure);
  const repairs = new Set([
    ...(isFenced ? ['code fence'] : []),
    ...reading.repairs,
    ...strict.repairs,
  ]);
  return { ok: true, value, repairs: [...repairs], largeNumbers: strict.largeNumbers };
}

const tooDeep = `it is nested more than ${maxJsonDepth} levels deep`;
const brokenStructure =
  'its structure is broken: a quote, a bracket or a value is in the wrong place';

function refuse(problem: string): RepairedJson {
  return { ok: false, problem, cut: false };
}

function preview(text: string): string {
  return JSON.stringify(shorten(text, 41));
}

function withoutFence(text: string): { body: string; isFenced: boolean } {
  const trimmed = text.trim();
  const opening = /^```[\w-]*/.exec(trimmed);
  if (opening === null) return { body: text, isFenced: false };
  const fenced = trimmed.slice(opening[0].length);
  return { body: fenced.endsWith('```') ? fenced.slice(0, -3) : fenced, isFenced: true };
}

/** Whether a word is not a JSON value, or replaces values that were omitted. */
function hidesOrChangesValue({ kind, text }: LooseToken): boolean {
  if (kind !== 'word' || !mayHideValue.test(text)) return false;
  if (/^(?:undefined|[+-]?NaN|[+-]?Infinity)$/.test(text) || /\.\.\.|…/.test(text)) return true;
  // `{a: x b: y}` lacks a comma, and its place is not known.
  return /\s/.test(text) && text.includes(':');
}

/** One test for most words instead of one for each reason. */
const mayHideValue = /^(?:undefined|[+-]?NaN|[+-]?Infinity)$|\.\.\.|…|\s/;

/** Whether the text starts with a word that is not a literal: quotes around it would turn any prose into JSON. */
function isBareText([first]: readonly LooseToken[]): boolean {
  return first?.kind === 'word' && !isLiteral(first.text);
}

/** Whether no key of the text was written twice: then the value, as JSON, has as many quotes as the text. */
function holdsAllKeys(value: JsonValue, text: string): boolean {
  return countQuotes(JSON.stringify(value)) === countQuotes(text);
}

/** How many quotes open or close a string of a strict JSON text. */
function countQuotes(json: string): number {
  let count = 0;
  for (let at = json.indexOf('"'); at >= 0; at = json.indexOf('"', at + 1)) {
    if (!isEscaped(json, at)) count += 1;
  }
  return count;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json.charAt(at - backslashes - 1) === '\\') backslashes += 1;
  return backslashes % 2 === 1;
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
      if (keys?.has(previous)) notes.add(repeatedKey(previous));
      keys?.add(previous);
    }
    previous = text;
  }
  return [...notes];
}
