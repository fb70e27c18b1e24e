import type { ThoughtTags } from '../../profile/thought-tags.ts';
import type { Range } from './code-ranges.ts';
import { createQuoteCheck, type IsQuoted, type SplitOptions } from './quoted-tags.ts';
import type { TagIndex } from './tag-index.ts';
import { withUnknownTags } from './unknown-tags.ts';

/** A reply's text, separated into thoughts and the rest. */
export interface SplitText {
  /** The text without thoughts. */
  readonly text: string;
  /** The thoughts in order, without their tags and the white space around them; none is empty. */
  readonly thoughts: readonly string[];
  /** The tags of a thought that the text does not close. */
  readonly open: ThoughtTags | undefined;
  /** Whether the text ends directly after a thought. */
  readonly endsWithThought: boolean;
}

/**
 * Separates thoughts from the text of a reply. The rules:
 *
 * 1. An opening tag counts at the start of the reply, after another thought, and at the start of a line. The thought ends at
 *    the next closing tag of its pair; without one, everything after the opening tag is the thought.
 * 2. A closing tag without an opening tag counts too, because some chat templates open the thought: everything before it is
 *    the thought. After a thought such a tag counts only at the start of a line, or if the thought contained an opening tag.
 * 3. A tag does not count in Markdown code, in quotes, inside JSON strings or inside the arguments of a call, except at the
 *    start of the reply and after a thought. The same holds for a closing tag after an opening tag within a line.
 * 4. Tags that are not listed, but whose name means a thought, count as {@link withUnknownTags} describes.
 */
export function splitThoughts(text: string, known: TagIndex, options: SplitOptions): SplitText {
  const tags = withUnknownTags(text, known, options);
  const prose = findProseThought(text, tags);
  if (prose === undefined && text.search(tags.pattern) < 0) return unchanged(text);
  const splitter = new Splitter(text, tags, createQuoteCheck(text, options));
  if (prose !== undefined) splitter.take(prose.end, prose.pair);
  for (const match of text.matchAll(tags.pattern)) {
    if (match.index >= splitter.at) splitter.see(match.index, match[0]);
  }
  return splitter.finish();
}

/** The thoughts of a reply as one text. */
export function joinThoughts(thoughts: readonly string[]): string {
  return thoughts.filter((each) => each !== '').join('\n\n');
}

function unchanged(text: string): SplitText {
  return { text, thoughts: [], open: undefined, endsWithThought: false };
}

function findProseThought(
  text: string,
  { prosePairs }: TagIndex,
): { readonly end: Range; readonly pair: ThoughtTags } | undefined {
  const start = /\S/.exec(text)?.index ?? 0;
  const pair = prosePairs.find(({ open }) => text.startsWith(open, start));
  if (pair === undefined) return undefined;
  const close = text.indexOf(pair.close, start + pair.open.length);
  return close < 0 ? undefined : { pair, end: { start: start + pair.open.length, end: close } };
}

class Splitter {
  /** Index after everything that was assigned to a thought or to the text. */
  at = 0;
  readonly #text: string;
  readonly #tags: TagIndex;
  readonly #isQuoted: IsQuoted;
  readonly #openInLine = new Set<ThoughtTags>();
  #parts: string[] = [];
  #thoughts: string[] = [];
  #hasThought = false;
  /** How many thoughts were opened within a thought. Each may have a closing tag of its own. */
  #openWithin = 0;
  #open: ThoughtTags | undefined;
  #answerEnd: string | undefined;
  /** White space from one index to another, so that it is not read again for each tag. */
  #blankFrom = -1;
  #blankTo = -1;

  constructor(text: string, tags: TagIndex, isQuoted: IsQuoted) {
    this.#text = text;
    this.#tags = tags;
    this.#isQuoted = isQuoted;
  }

  /** Takes a thought whose place is known. */
  take({ start, end }: Range, pair: ThoughtTags): void {
    this.at = start;
    this.#endThought(end, pair);
  }

  /** Takes the tag at `index`. Tags must come in order. */
  see(index: number, tag: string): void {
    if (this.#open !== undefined) {
      if (tag === this.#open.close) this.#endThought(index, this.#open);
      else if (tag === this.#open.open) this.#openWithin += 1;
      return;
    }
    const opening = this.#tags.byOpen.get(tag);
    if (opening !== undefined) this.#seeOpening(index, opening);
    const closing = this.#tags.byClose.get(tag);
    if (opening === undefined && closing !== undefined) this.#seeClosing(index, closing);
  }

  finish(): SplitText {
    const open = this.#open;
    if (open !== undefined) {
      this.#addThought(this.#text.slice(this.at));
    } else {
      this.#addText(this.#withoutAnswerEnd(this.#text.slice(this.at)));
    }
    const endsWithThought = open === undefined && this.#isBlankSinceThought(this.#text.length);
    return { text: this.#parts.join(''), thoughts: this.#thoughts, open, endsWithThought };
  }

  #seeOpening(index: number, pair: ThoughtTags): void {
    if (!this.#isBlankBefore(index)) {
      if (this.#isQuoted(index, pair.open)) return;
      if (!this.#startsLine(index)) {
        this.#openInLine.add(pair);
        return;
      }
      this.#addText(this.#text.slice(this.at, index));
    }
    this.at = index + pair.open.length;
    this.#open = pair;
  }

  #seeClosing(index: number, pair: ThoughtTags): void {
    if (this.#isBlankBefore(index)) {
      this.#endThought(index, pair);
      return;
    }
    if (this.#isQuoted(index, pair.close) || this.#openInLine.delete(pair)) return;
    if (!this.#hasThought || this.#openWithin > 0 || this.#startsLine(index)) {
      this.#openWithin = Math.max(0, this.#openWithin - 1);
      this.#endThought(index, pair);
    }
  }

  #endThought(index: number, pair: ThoughtTags): void {
    this.#addThought(this.#text.slice(this.at, index));
    this.at = index + pair.close.length;
    this.#open = undefined;
    this.#hasThought = true;
    this.#openInLine.clear();
    this.#skipAnswerStart(pair);
  }

  #skipAnswerStart({ answers = [] }: ThoughtTags): void {
    const start = skipSpace(this.#text, this.at);
    const answer = answers.find(({ open }) => this.#text.startsWith(open, start));
    this.#answerEnd = answer?.close;
    if (answer !== undefined && answer.open !== '') this.at = start + answer.open.length;
  }

  #withoutAnswerEnd(text: string): string {
    const end = this.#answerEnd;
    const trimmed = text.trimEnd();
    return end !== undefined && trimmed.endsWith(end)
      ? trimmed.slice(0, trimmed.length - end.length)
      : text;
  }

  #addThought(thought: string): void {
    const trimmed = thought.trim();
    if (trimmed !== '') this.#thoughts.push(trimmed);
  }

  #addText(text: string): void {
    this.#parts.push(this.#hasThought ? text.trimStart() : text);
  }

  /** Whether the reply, or the text since the last thought, is blank up to `index`. */
  #isBlankBefore(index: number): boolean {
    if (this.#blankFrom !== this.at) {
      this.#blankFrom = this.at;
      this.#blankTo = skipSpace(this.#text, this.at);
    }
    return index <= this.#blankTo;
  }

  #isBlankSinceThought(index: number): boolean {
    return this.#hasThought && this.#isBlankBefore(index);
  }

  #startsLine(index: number): boolean {
    let before = index - 1;
    while (this.#text[before] === ' ' || this.#text[before] === '\t') before -= 1;
    return this.#text[before] === '\n';
  }
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
  return at;
}
