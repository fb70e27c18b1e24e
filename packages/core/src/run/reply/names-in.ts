/** Every capitalised word of a text that does not begin a sentence. */
export function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<!\p{L})\p{Lu}\p{Ll}{2,}/gu)].flatMap(({ 0: word, index }) =>
    beginsSentence(text.slice(0, index)) ? [] : [word],
  );
}

function beginsSentence(before: string): boolean {
  if (/(?<!\p{L})(?:Mr|Mrs|Ms|Dr|Prof|St)\.\s+$/u.test(before)) return false;
  return /(?:^|[\p{Ll}\p{N})"'][.!?:]["')]?\s+|\n\s*)["'(]?$/u.test(before);
}

/** The names of a text, each with what is between its parts: `Field of Stones`. */
export function phrasesIn(text: string): readonly string[] {
  const names = new Set(namesIn(text));
  const phrases = text.match(/\p{Lu}\p{Ll}{2,}(?:(?: \p{Ll}+)? \p{Lu}\p{Ll}{2,})*/gu) ?? [];
  return phrases.filter((phrase) => phrase.split(' ').some((word) => names.has(word)));
}
