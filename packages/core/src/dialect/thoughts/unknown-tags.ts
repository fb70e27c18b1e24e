import type { ThoughtTags } from '../../profile/thought-tags.ts';
import type { Range } from './code-ranges.ts';
import type { SplitOptions } from './quoted-tags.ts';
import { indexTags, type TagIndex } from './tag-index.ts';

/**
 * The same index with the pairs of tags in a text that no profile lists, but whose name means a thought: `</analysis>`,
 * `</inner_monologue>`, `<|/think|>`, `</think >`. Such a pair counts only
 *
 * 1. if its opening tag begins the reply, or is missing, because some chat templates open the thought;
 * 2. if text follows its closing tag, or a call is in it: else it may be the form of the answer.
 *
 * `<analysis>` and `<plan>` can also be parts of an answer: with an opening tag they count only if a call is in them.
 */
export function withUnknownTags(text: string, tags: TagIndex, options: SplitOptions): TagIndex {
  // Most replies have no tag.
  if (text.search(anyTag) < 0) return tags;
  const unknown = findPairs(text, tags, options);
  return unknown.length === 0 ? tags : indexTags([...tags.pairs, ...tags.prosePairs, ...unknown]);
}

/** The opening tag that certainly means a thought and with which a reply begins; empty if there is none. */
export function openingOf(text: string): string {
  const [found] = anchoredTag.exec(text) ?? [];
  const tag = found === undefined ? undefined : readTag(found);
  return tag !== undefined && !tag.isClosing && !tag.isWeak ? tag.text : '';
}

/** The first closing tag in a text that has the same name as an opening tag. */
export function findClosingOf(
  open: string,
  text: string,
): { readonly start: number; readonly tag: string } | undefined {
  const name = readTag(open)?.name;
  for (const { index, 0: found } of text.matchAll(anyTag)) {
    const tag = readTag(found);
    if (tag?.isClosing === true && tag.name === name) return { start: index, tag: found };
  }
  return undefined;
}

/** More characters than the longest tag that is found. */
export const longestTag = 80;

/** Whether a text may become such an opening tag if more text follows. */
export function mayBecomeOpening(text: string): boolean {
  return /^(?:<[|｜]?|\[)[a-z][\w:. -]{0,40}[|｜]?$|^(?:<[|｜]?|\[)$/i.test(text);
}

interface Tag {
  readonly text: string;
  /** In lower case, without separators and without what marks the beginning or the end. */
  readonly name: string;
  readonly isClosing: boolean;
  readonly isWeak: boolean;
}

// DeepSeek writes `｜` in place of `|`.
const inside = String.raw`(?:<[ ]{0,2}/?[ ]{0,2}[|｜]?/?[ ]{0,2}[a-z][^<>|\n]{0,60}\|?>|\[/?[a-z][\w:. -]{0,40}\])`;
const anyTag = new RegExp(inside, 'gi');
const anchoredTag = new RegExp(`^${inside}`, 'i');

const certainStems =
  /^(?:think\w*|thought\w*|reason|reasons|reasoning|cot|monologue|scratch\w*|reflect\w*|deliberat\w*|ponder\w*|ruminat\w*|introspect\w*|internal|inner)$/;

const weakStems = /^(?:analy\w*|plan|planning|brainstorm\w*|consider\w*|strategy)$/;

const edges: ReadonlySet<string> = new Set(['begin', 'start', 'open', 'end', 'close', 'of', 'the']);

/** What a tag is, if its name means a thought. */
function readTag(text: string): Tag | undefined {
  const parts = text
    .replace(/\s[\w:-]+\s*=.*/s, '')
    .replace(/([a-z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  const names = parts.filter((word) => word !== '' && !edges.has(word));
  const isChain = /chain\W?of\W?thought/i.test(text);
  const isCertain = isChain || names.some((word) => certainStems.test(word));
  if (!isCertain && !names.some((word) => weakStems.test(word))) return undefined;
  const isClosing =
    /^.{0,3}\//.test(text) || parts.some((word) => word === 'end' || word === 'close');
  return { text, name: names.join('_'), isClosing, isWeak: !isCertain };
}

function findPairs(text: string, tags: TagIndex, options: SplitOptions): readonly ThoughtTags[] {
  const openings = new Map<string, Range>();
  const pairs = new Map<string, ThoughtTags>();
  for (const { index, 0: found } of text.matchAll(anyTag)) {
    const tag = readTag(found);
    if (tag === undefined) continue;
    const place: Range = { start: index, end: index + found.length };
    const opening = openings.get(tag.name);
    if (!tag.isClosing) {
      if (opening === undefined) openings.set(tag.name, place);
    } else if (!tags.byClose.has(found) && !pairs.has(found) && pairs.size < mostPairs) {
      const pair = judgeClosing(text, { tag, place, opening }, { tags, options });
      if (pair !== undefined) pairs.set(found, pair);
    }
  }
  return [...pairs.values()];
}

/** A reply with more kinds of tags is about tags. */
const mostPairs = 8;

interface FoundClosing {
  readonly tag: Tag;
  readonly place: Range;
  readonly opening: Range | undefined;
}

/** The pair of a closing tag, if what is before it is a thought. */
function judgeClosing(
  text: string,
  { tag, place, opening = none }: FoundClosing,
  { tags, options }: { readonly tags: TagIndex; readonly options: SplitOptions },
): ThoughtTags | undefined {
  if (text.slice(0, opening.start).trim() !== '') return undefined;
  const open = text.slice(opening.start, opening.end);
  const known = tags.byOpen.get(open);
  if (known !== undefined && text.includes(known.close)) return undefined;
  const mayBeAnswer = text.slice(place.end).trim() === '' || (tag.isWeak && open !== '');
  // A call directly before the tag is found only without the tag.
  const thought = text.slice(opening.end, place.start);
  if (mayBeAnswer && options.findCalls(thought, { isWhole: true }).length === 0) return undefined;
  return { ...mirror(tag.text), ...(open !== '' && { open }), close: tag.text };
}

const none: Range = { start: 0, end: 0 };

/** The pair of a tag whose other side is not in the text. */
function mirror(tag: string): ThoughtTags {
  if (tag.includes('/')) return { open: tag.replace('/', ''), close: tag };
  if (/end|close/i.test(tag)) return { open: tag.replace(/end|close/i, 'begin'), close: tag };
  return { open: tag, close: tag.replace(/^([<[][|｜]?)/, '$1/') };
}
