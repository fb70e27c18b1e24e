import { isObject, type Json, type JsonObject, parseJson } from '../json.ts';
import type { DoneCall } from './read-prompt.ts';
import { toStems } from './words.ts';

/** A single value inside a result, and the keys of its path. */
export interface Leaf {
  keys: string[];
  value: null | boolean | number | string;
}

/** All single values of a JSON result, in order; empty if the result is not JSON. */
export function readLeaves(result: string): Leaf[] {
  const value = parseJson(result);
  return value === undefined ? [] : collect(value, []);
}

/** Whether a result is the error of a tool. */
export function isFailure(result: string): boolean {
  const value = parseJson(result);
  if (isObject(value)) {
    const { error, status } = value;
    return (
      (error !== undefined && error !== null && error !== false) ||
      /error|fail|denied/i.test(String(status ?? ''))
    );
  }
  return /^\W*(?:error|failed|failure|exception|denied|unknown tool|invalid|cannot|could not|no such)\b/i.test(
    result,
  );
}

/**
 * The number that a call returned, in its original format: the number next to a word of the question, or
 * the first number. `undefined` if the result has none.
 */
export function readNumber(call: DoneCall, question: string): string | undefined {
  const { result } = call;
  if (result === undefined || isFailure(result)) return undefined;
  const value = parseJson(result.trim());
  if (typeof value === 'number') return result.trim();
  if (Array.isArray(value)) return String(value.length);
  if (isObject(value)) return readNumberOfObject(value, call, question);
  return readNumberOfText(typeof value === 'string' ? value : result, call, question);
}

function readNumberOfObject(
  value: JsonObject,
  call: DoneCall,
  question: string,
): string | undefined {
  const leaves = collect(value, []);
  const numbers = leaves.filter((leaf) => typeof leaf.value === 'number');
  const stems = new Set(toStems(question));
  const asked = numbers.find(({ keys }) =>
    toStems(keys.at(-1) ?? '').some((stem) => stems.has(stem)),
  );
  const usual = numbers.find(({ keys }) =>
    /^(?:result|value|count|total|answer|lines?|number)$/i.test(keys.at(-1) ?? ''),
  );
  const found = asked ?? usual ?? numbers[0];
  if (found !== undefined) return String(found.value);
  const texts = leaves
    .filter((leaf) => typeof leaf.value === 'string')
    .map(({ value: text }) => String(text));
  return readNumberOfText(texts.join('\n'), call, question);
}

function readNumberOfText(text: string, call: DoneCall, question: string): string | undefined {
  const lines = text.trim().split('\n').length;
  const plain = withoutArguments(text.slice(0, maxSearched), call.arguments);
  const afterSign = /=\s*(-?[\d][\d,.]*(?:e[+-]?\d+)?)[^=]*$/i.exec(plain)?.[1];
  if (afterSign !== undefined) return clean(afterSign);
  const numbers = [
    ...plain.matchAll(/(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?(?![\w])/gi),
  ];
  const stems = new Set(toStems(question));
  const isNamed = (words: string) => toStems(words).some((stem) => stems.has(stem));
  const next = numbers.find(({ 0: digits, index }) =>
    isNamed(firstWord(plain.slice(index + digits.length, index + digits.length + 40))),
  );
  const before = numbers.find(({ index }) =>
    isNamed(lastWord(plain.slice(Math.max(0, index - 40), index))),
  );
  const found = (next ?? before ?? numbers[0])?.[0];
  // The call read a file instead of counting its lines; count them here.
  if (lines > 2 && next === undefined && before === undefined && stems.has('line'))
    return String(lines);
  return found === undefined ? undefined : clean(found);
}

/** The number of characters of a result that are searched for numbers. */
const maxSearched = 8_000;

/** Numbers that are in the arguments, such as those of a file name, are not results. */
function withoutArguments(text: string, given: JsonObject): string {
  const values = Object.values(given).filter((value) => typeof value === 'string' && value !== '');
  return values.reduce<string>((rest, value) => rest.replaceAll(String(value), ' '), text);
}

function firstWord(text: string): string {
  return /^\W*(\w+)/.exec(text)?.[1] ?? '';
}

function lastWord(text: string): string {
  return /(\w+)\W*$/.exec(text)?.[1] ?? '';
}

function clean(digits: string): string {
  return digits.replaceAll(',', '').replace(/\.$/, '');
}

function collect(value: Json, keys: string[], depth = 0): Leaf[] {
  if (depth > 32) return [];
  if (Array.isArray(value)) return value.flatMap((item) => collect(item, keys, depth + 1));
  if (!isObject(value)) return [{ keys, value }];
  return Object.entries(value).flatMap(([key, item]) => collect(item, [...keys, key], depth + 1));
}
