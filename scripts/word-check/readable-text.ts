/** The parts of a file that people read. */
export interface ReadableText {
  /** As long as the file: comments, messages and documentation stay in place, and everything else is `\0`. */
  readonly prose: string;
  /** Identifiers, and words that programs compare such as the types of events. */
  readonly names: readonly Name[];
}

export interface Name {
  readonly text: string;
  /** Characters before it in the file. */
  readonly offset: number;
  /** The name of the file itself: it is not part of the text. */
  readonly isFile?: boolean;
}

const url = /\bhttps?:\/\/[^\s)>\]"'`]+/g;
const quotation = /"[^"\n\0]*"|“[^”\0]*”/g;
const inlineCode = /`[^`\n\0]+`/g;
const codeWord = /[A-Za-z_$][\w$]*(?:-[A-Za-z]\w*)*/g;

/** Replaces every character except line ends, so that offsets stay those of the file. */
export function blank(text: string): string {
  return text.replace(/[^\n]+/g, (line) => '\0'.repeat(line.length));
}

/** Replaces code or a value inside a sentence by `¤`, so that a pattern can look past it. */
export function asValue(text: string): string {
  return text.replace(/[^\n]+/g, (line) => '¤'.repeat(line.length));
}

/** Leaves out what a sentence quotes. Code in backticks counts as names: a reader meets them there too. */
export function withoutQuotations(prose: string): ReadableText {
  const names: Name[] = [];
  const withoutCode = prose.replace(url, blank).replace(inlineCode, (code, offset: number) => {
    const isSentence = /[a-z] [a-z]/i.test(code);
    for (const word of isSentence ? [] : code.matchAll(codeWord)) {
      names.push({ text: word[0], offset: offset + word.index });
    }
    return asValue(code);
  });
  return { prose: withoutCode.replace(quotation, asValue), names };
}
