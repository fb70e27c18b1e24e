import type { Cursor } from './cursor.ts';

/** The first two characters of tags. */
export interface TagStarts {
  readonly first: ReadonlySet<string>;
  readonly second: ReadonlySet<string>;
}

/** The first two characters of each tag, so that most text is compared with no tag. */
export function startsOf(tags: readonly string[]): TagStarts {
  return {
    first: new Set(tags.map((tag) => tag.charAt(0))),
    second: new Set(tags.map((tag) => tag.charAt(1))),
  };
}

/** Whether one of the tags may begin here. At the end of the text, every second character may follow. */
export function mayBeAtTag({ text, at }: Cursor, { first, second }: TagStarts): boolean {
  if (at >= text.length) return true;
  return first.has(text.charAt(at)) && (at + 1 === text.length || second.has(text.charAt(at + 1)));
}
