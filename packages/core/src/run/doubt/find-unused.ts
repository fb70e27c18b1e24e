import type { JsonObject } from '../../json.ts';
import { leavesOf, searchableText } from '../../tool/searchable-text.ts';
import { looksEnglish } from '../grounding/looks-english.ts';
import { mentions } from '../wording/find-search.ts';
import { phrasesIn } from '../wording/names-in.ts';

/**
 * Names and numbers of an input that no call has, although they follow "and" or "or" and the calls have others of their kind: after
 * "the area of 3 by 4 and of 5 by 6" with one call, it is 5.
 */
export function findUnused(input: string, calls: readonly JsonObject[]): readonly string[] {
  if (input.length > maxInput || !looksEnglish(input)) return [];
  const used = calls.flatMap((call) => leavesOf(call));
  const texts = used.map(String).join('\n');
  const { numbers } = searchableText(texts);
  const takes = (type: string) => used.some((value) => typeof value === type && isIn(input, value));
  const isOtherNumber = (text: string) =>
    !numbers.has(Number(text)) && !numbers.has(Number(text) / 100);
  const otherNumbers = takes('number')
    ? coordinated(input, /-?\d+(?:\.\d+)?(?![\p{L}\p{N}_/:%-]|[.,]\d)/u)
    : [];
  const names = new Set(phrasesIn(input));
  const otherNames = takes('string')
    ? coordinated(input, /\p{Lu}\p{Ll}{2,}(?:(?: \p{Ll}+)? \p{Lu}\p{Ll}{2,})*/u)
    : [];
  return [
    ...otherNumbers.filter((each) => isOtherNumber(each) && !texts.includes(each)),
    ...otherNames.filter((each) => names.has(each) && !mentions(texts, each)),
  ];
}

/** Longest input in which values are compared, in characters. */
const maxInput = 2_000;

/** What follows "and" or "or", perhaps after a word or two: "and from 'Rome'". */
function coordinated(input: string, form: RegExp): readonly string[] {
  const after = new RegExp(`\\b(?:and|or) (?:\\p{Ll}+ ){0,2}['"]?(${form.source})`, 'gu');
  return [...input.matchAll(after)].map(([, found = '']) => found);
}

function isIn(input: string, value: string | number): boolean {
  return input.toLowerCase().includes(String(value).toLowerCase());
}
