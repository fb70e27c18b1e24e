/** What a sentence contains, in any order, and what it must not contain. */
export interface SentenceParts {
  readonly all: readonly RegExp[];
  readonly none?: RegExp;
}

/** A pattern that matches a text if one of its sentences has these parts. Takes linear time for each part. */
export function sentenceWith({ all, none }: SentenceParts): RegExp {
  const found = all.map(({ source }) => `(?=${within}(?:${source}))`);
  const refused = none === undefined ? '' : `(?!${within}(?:${none.source}))`;
  return new RegExp(`${start}${refused}${found.join('')}`);
}

/** A line break does not end a sentence: some servers write the field and the problem on two lines. */
const start = '(?:^|[.!?;]\\s)';
const within = '(?:(?![.!?;]\\s)[^])*?';
