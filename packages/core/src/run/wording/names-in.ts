/** Every capitalised word of a text that neither begins a sentence nor is a day or a month. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<!\p{L})\p{Lu}\p{Ll}{2,}/gu)].flatMap(({ 0: word, index }) =>
    isDay.test(word) || beginsSentence(text, index) ? [] : [word],
  );
}

const isDay =
  /^(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?|January|February|March|April|May|June|July|August|September|October|November|December)$/;

/** Longest text before a name that is looked at, so that the time stays linear in the length of the text. */
const maxBefore = 12;

function beginsSentence(text: string, index: number): boolean {
  const before = text.slice(Math.max(0, index - maxBefore), index);
  if (/(?<!\p{L})(?:Mr|Mrs|Ms|Dr|Prof|St)\.\s+$/u.test(before)) return false;
  const isFirst = index <= maxBefore && /^["'(\s]*$/.test(before);
  return isFirst || /(?:[\p{Ll}\p{N})"'][.!?:]["')]?\s+|\n\s*)["'(]?$/u.test(before);
}

/** The names of a text, each with what is between its parts: `Field of Stones`. A word that begins the sentence is not a part of it. */
export function phrasesIn(text: string): readonly string[] {
  const names = new Set(namesIn(text));
  const phrases = text.match(/\p{Lu}\p{Ll}{2,}(?:(?: \p{Ll}+)? \p{Lu}\p{Ll}{2,})*/gu) ?? [];
  return phrases.flatMap((phrase) => {
    const parts = phrase.split(' ');
    const first = parts.findIndex((part) => names.has(part));
    return first < 0 ? [] : [parts.slice(first).join(' ')];
  });
}
