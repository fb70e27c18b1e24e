/** A word that readers have to decode, and what to write in its place. */
export interface PlainWord {
  /** What the list calls it. Unique. */
  readonly word: string;
  /**
   * `prose`: comments, messages and documentation. `names`: identifiers, file names, and words that programs compare,
   * each split into lower-case parts (`readFile` is "read file").
   */
  readonly in: 'prose' | 'names' | 'both';
  /** Tested without regard to case. In prose each `¤` is a character of code, of a quotation or of an inserted value. */
  readonly pattern: RegExp;
  readonly plain: string;
  readonly reason: string;
  /** Files that it counts in. @default all */
  readonly only?: RegExp;
  readonly allowed?: readonly Allowed[];
}

/** Findings that are right as they are: in these files, or inside of such a text. With both, both must hold. */
interface Allowed {
  readonly path?: RegExp;
  readonly text?: RegExp;
  readonly reason: string;
}

export function prose(word: string, pattern: RegExp, plain: string, reason: string): PlainWord {
  return { word, in: 'prose', pattern, plain, reason };
}

export function both(word: string, pattern: RegExp, plain: string, reason: string): PlainWord {
  return { word, in: 'both', pattern, plain, reason };
}

export function names(word: string, pattern: RegExp, plain: string, reason: string): PlainWord {
  return { word, in: 'names', pattern, plain, reason };
}
