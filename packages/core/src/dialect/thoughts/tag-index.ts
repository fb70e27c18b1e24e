import { memoize } from '../../memoize.ts';
import type { ModelProfile } from '../../profile/model-profile.ts';
import { knownThoughtTags, type ThoughtTags } from '../../profile/thought-tags.ts';
import type { Range } from './code-ranges.ts';

/** The thought tags of a profile, prepared for searching. */
export interface TagIndex {
  /** Pairs of tags that can occur anywhere. */
  readonly pairs: readonly ThoughtTags[];
  /** Pairs of ordinary words, which count only at the start of a reply. */
  readonly prosePairs: readonly ThoughtTags[];
  readonly byOpen: ReadonlyMap<string, ThoughtTags>;
  readonly byClose: ReadonlyMap<string, ThoughtTags>;
  /** Every opening and closing tag of `pairs`. */
  readonly tags: readonly string[];
  /** Finds every tag. Global: use it with `matchAll`. */
  readonly pattern: RegExp;
  /** Whether a text contains a character with which a tag begins. */
  mayContainTag(text: string): boolean;
}

/** The thought tags of a profile; the tags of all known models if the profile lists none. */
export const thoughtTagsOf = memoize(({ thoughts }: ModelProfile) =>
  indexOnce(thoughts?.tags ?? knownThoughtTags),
);

/** Prepares tags for searching. If two pairs have a tag in common, the last one counts. */
export function indexTags(all: readonly ThoughtTags[]): TagIndex {
  const pairs = all.filter(({ isProse }) => isProse !== true);
  const tags = pairs.flatMap(({ open, close }) => [open, close]);
  const longestFirst = [...tags].sort((one, other) => other.length - one.length);
  const firstCharacters = new RegExp(
    [...new Set(tags.map((tag) => escapePattern(tag.slice(0, 1))))].join('|') || '$^',
  );
  return {
    pairs,
    prosePairs: all.filter(({ isProse }) => isProse === true),
    byOpen: new Map(pairs.map((pair) => [pair.open, pair])),
    byClose: new Map(pairs.map((pair) => [pair.close, pair])),
    tags,
    pattern: new RegExp(longestFirst.map(escapePattern).join('|') || '$^', 'g'),
    mayContainTag: (text) => firstCharacters.test(text),
  };
}

/** The same index with another pair. Prose counts only at the start of a reply, so it is not added. */
export function withPair(index: TagIndex, pair: ThoughtTags): TagIndex {
  return pair.isProse === true ? index : indexTags([...index.pairs, ...index.prosePairs, pair]);
}

/** Where the first tag in a text is. */
export function firstTag(text: string, { pattern }: TagIndex): Range | undefined {
  for (const { index, 0: tag } of text.matchAll(pattern)) {
    return { start: index, end: index + tag.length };
  }
  return undefined;
}

/** Length of the longest end of a text that may be the beginning of a tag. */
export function lengthOfPartialTag(text: string, tags: readonly string[]): number {
  const longest = Math.max(0, ...tags.map((tag) => tag.length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const end = text.slice(text.length - length);
    if (tags.some((tag) => tag.length > length && tag.startsWith(end))) return length;
  }
  return 0;
}

const indexOnce = memoize(indexTags);

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (character) => `\\${character}`);
}
