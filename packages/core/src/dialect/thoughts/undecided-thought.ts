import type { ThoughtTags } from '../../profile/thought-tags.ts';
import type { TagIndex } from './tag-index.ts';
import { findClosingOf, longestTag, openingOf } from './unknown-tags.ts';

/** A thought whose end is known, and the text after it. */
export interface DecidedThought {
  readonly pair: ThoughtTags;
  readonly thought: string;
  readonly rest: string;
}

/**
 * Follows a reply that begins with what may open a thought: ordinary words, or a tag that no profile lists. It is a thought
 * once its closing words arrive, or once text follows its closing tag: without such text it may be the form of the answer.
 */
export class UndecidedThought {
  readonly #open: string;
  readonly #prose: ThoughtTags | undefined;
  #text = '';
  /** The end of the text, in which a closing tag may begin. The whole text is too expensive to read for each piece. */
  #tail = '';
  #closing: { readonly start: number; readonly end: number; readonly tag: string } | undefined;

  /** `text` is the reply without the white space at its start. */
  constructor(text: string, { prosePairs }: TagIndex) {
    this.#prose = prosePairs.find(({ open }) => text.startsWith(open));
    this.#open = this.#prose?.open ?? openingOf(text);
  }

  /** Takes the next piece of the reply, from its start on. `undefined` as long as nothing is decided. */
  push(piece: string): DecidedThought | undefined {
    const before = this.#text.length;
    this.#text += piece;
    this.#closing ??= this.#findClosing(before, piece);
    if (this.#closing === undefined) return undefined;
    const { start, end, tag } = this.#closing;
    const isDecided =
      this.#prose !== undefined || /\S/.test(piece.slice(Math.max(0, end - before)));
    if (!isDecided) return undefined;
    return {
      pair: this.#prose ?? { open: this.#open, close: tag },
      thought: this.#text.slice(this.#open.length, start),
      rest: this.#text.slice(end),
    };
  }

  #findClosing(before: number, piece: string) {
    const tailStart = Math.max(before - this.#tail.length, this.#open.length);
    const text = (this.#tail + piece).slice(tailStart - before + this.#tail.length);
    const found = this.#prose === undefined ? this.#unknown(text, piece) : this.#words(text);
    const longest = Math.max(longestTag, this.#prose?.close.length ?? 0);
    this.#tail = text.slice(-longest);
    if (found === undefined) return undefined;
    const { start, tag } = found;
    return { start: tailStart + start, end: tailStart + start + tag.length, tag };
  }

  #words(text: string): { readonly start: number; readonly tag: string } | undefined {
    const tag = this.#prose?.close ?? '';
    const start = text.indexOf(tag);
    return start < 0 ? undefined : { start, tag };
  }

  #unknown(
    text: string,
    piece: string,
  ): { readonly start: number; readonly tag: string } | undefined {
    return /[>\]]/.test(piece) ? findClosingOf(this.#open, text) : undefined;
  }
}
