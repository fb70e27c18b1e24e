import type { ThoughtTags } from '../../profile/thought-tags.ts';
import type { Range } from './code-ranges.ts';
import { JudgedTags } from './judged-tags.ts';
import type { FindCalls } from './quoted-tags.ts';
import { joinThoughts, type SplitText, splitThoughts } from './split-thoughts.ts';
import { firstTag, lengthOfPartialTag, type TagIndex, withPair } from './tag-index.ts';
import { UndecidedThought } from './undecided-thought.ts';
import { mayBecomeOpening, openingOf } from './unknown-tags.ts';

/** A piece of a streamed reply after its thoughts were separated. */
export type ThoughtDelta =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** Everything that was emitted before is void: text turned out to be a thought. */
  | { readonly type: 'void' };

/** `undecided`: what may be a thought between ordinary words or unknown tags; see {@link UndecidedThought}. */
type State = 'start' | 'undecided' | 'thought' | 'text';

/** Options of a {@link ThoughtStream}. */
export interface ThoughtStreamOptions {
  readonly tags: TagIndex;
  /**
   * Whether text is held back until it is clear that it is not a thought without an opening tag. Text that is longer than any
   * real thought is emitted, so that a reader can pause a server that sends without end.
   */
  readonly holdsText: boolean;
  readonly findCalls: FindCalls;
}

/**
 * Separates thoughts from text while a reply is streamed, by the rules of {@link splitThoughts}. It decides as early as it
 * can. If a later tag changes a decision, it emits `void` and everything again. The end of the reply can still change one,
 * such as a code fence that is never closed: compare `text` and `reasoning` with {@link splitThoughts} then.
 */
export class ThoughtStream {
  /** The text that was emitted and is not void. */
  text = '';
  /** The thoughts that were emitted and are not void. */
  reasoning = '';
  readonly #options: ThoughtStreamOptions;
  #tags: TagIndex;
  #undecided: UndecidedThought | undefined;
  #raw = '';
  #pending = '';
  /** White space that may turn out to be around a thought. */
  #space = '';
  #held = '';
  #isHolding: boolean;
  #state: State = 'start';
  #pair: ThoughtTags | undefined;
  #hasThought = false;
  #isThoughtEmpty = true;
  #answerEnd: string | undefined;
  readonly #judged = new JudgedTags();
  #deltas: ThoughtDelta[] = [];

  constructor(options: ThoughtStreamOptions) {
    this.#options = options;
    this.#tags = options.tags;
    this.#isHolding = options.holdsText;
  }

  /** Takes the next piece of text and returns what can be emitted now. */
  push(piece: string): readonly ThoughtDelta[] {
    this.#raw += piece;
    if (this.#isOnlyText(piece)) {
      this.text += piece;
      return [{ type: 'text', text: piece }];
    }
    this.#pending += piece;
    while (this.#step());
    return this.#takeDeltas();
  }

  /** Whether a piece is text that can be emitted as it is. Most are, and the steps take longer than all other work per piece. */
  #isOnlyText(piece: string): boolean {
    const isText = this.#state === 'text' && this.#answerEnd === undefined && !this.#isHolding;
    const isFirst = this.#pending === '' && this.#held === '';
    return isText && isFirst && piece !== '' && !this.#tags.mayContainTag(piece);
  }

  /** Emits the text that is held back: the server separates thoughts itself. */
  release(): readonly ThoughtDelta[] {
    this.#isHolding = false;
    this.#emitText('');
    return this.#takeDeltas();
  }

  /** Takes a step; returns whether the rest of the pending text can be looked at again. */
  #step(): boolean {
    switch (this.#state) {
      case 'start':
        return this.#readStart();
      case 'undecided':
        return this.#readUndecided();
      case 'thought':
        return this.#readThought();
      case 'text':
        return this.#readText();
    }
  }

  /** Reads the start of the reply, or what follows a thought. */
  #readStart(): boolean {
    const { pairs, prosePairs } = this.#tags;
    const text = this.#pending.trimStart();
    this.#space += this.#pending.slice(0, this.#pending.length - text.length);
    this.#pending = text;
    if (text === '') return false;
    const opened = pairs.find(({ open }) => text.startsWith(open));
    if (opened !== undefined) return this.#openThought(opened, text.slice(opened.open.length));
    const closed = pairs.find(({ close }) => text.startsWith(close));
    if (closed !== undefined) return this.#closeThought(closed, text.slice(closed.close.length));
    const answer = this.#answerStarts().find(({ open }) => text.startsWith(open));
    if (answer !== undefined) {
      this.#answerEnd = answer.close;
      this.#pair = undefined;
      this.#pending = text.slice(answer.open.length);
      return true;
    }
    if (mayBecomeOpening(text) || this.#candidates().some((tag) => tag.startsWith(text)))
      return false;
    const mayBeThought =
      prosePairs.some(({ open }) => text.startsWith(open)) || openingOf(text) !== '';
    if (!this.#hasThought && mayBeThought) {
      this.#undecided = new UndecidedThought(text, this.#tags);
      return this.#go('undecided', text);
    }
    return this.#go('text', this.#hasThought ? text : this.#space + text);
  }

  #readUndecided(): boolean {
    const decided = this.#undecided?.push(this.#pending);
    this.#pending = '';
    if (decided === undefined) return false;
    const { pair, thought, rest } = decided;
    // The rest of the reply may have more thoughts in the same tags.
    this.#tags = withPair(this.#tags, pair);
    this.#isThoughtEmpty = true;
    this.#emitReasoning(thought);
    return this.#closeThought(pair, rest);
  }

  #candidates(): readonly string[] {
    const { tags, prosePairs } = this.#tags;
    const next = this.#hasThought ? this.#answerStarts() : prosePairs;
    return [...tags, ...next.map(({ open }) => open)];
  }

  #answerStarts(): NonNullable<ThoughtTags['answers']> {
    return this.#pair?.answers?.filter(({ open }) => open !== '') ?? [];
  }

  #readThought(): boolean {
    const pair = this.#pair as ThoughtTags;
    if (!this.#pending.includes(pair.close.charAt(0))) {
      this.#emitReasoning(this.#pending);
      this.#pending = '';
      return false;
    }
    const end = this.#pending.indexOf(pair.close);
    if (end >= 0) {
      this.#emitReasoning(this.#pending.slice(0, end));
      return this.#closeThought(pair, this.#pending.slice(end + pair.close.length));
    }
    const length = this.#pending.length - lengthOfPartialTag(this.#pending, [pair.close]);
    this.#emitReasoning(this.#pending.slice(0, length));
    this.#pending = this.#pending.slice(length);
    return false;
  }

  #readText(): boolean {
    const tags = this.#tags;
    if (this.#answerEnd === undefined && !tags.mayContainTag(this.#pending)) {
      return this.#emitPending(this.#pending.length);
    }
    const mayJudge = this.#judged.mayJudge(this.#raw.length);
    const match = mayJudge ? firstTag(this.#pending, tags) : undefined;
    if (match !== undefined) return this.#judgeTag(match);
    if (this.#answerEnd !== undefined) return this.#emitPending(this.#lengthBeforeAnswerEnd());
    return this.#emitPending(this.#pending.length - lengthOfPartialTag(this.#pending, tags.tags));
  }

  /** Length of the pending text without what may be the end tag of the answer and white space after it. */
  #lengthBeforeAnswerEnd(): number {
    const { tags } = this.#tags;
    const end = this.#answerEnd ?? '';
    const text = this.#pending.trimEnd();
    if (text.endsWith(end)) return text.length - end.length;
    return this.#pending.length - lengthOfPartialTag(this.#pending, [...tags, end]);
  }

  /** A tag within the text: the whole text so far decides what it means. */
  #judgeTag({ end }: Range): boolean {
    this.#judged.count(this.#raw.length);
    const { findCalls } = this.#options;
    const rest = this.#pending.slice(end);
    const soFar = this.#raw.slice(0, this.#raw.length - rest.length);
    const split = splitThoughts(soFar, this.#tags, { isWhole: false, findCalls });
    this.#pending = rest;
    if (split.thoughts.length > 0 || split.open !== undefined || split.endsWithThought) {
      this.#apply(split, soFar);
    } else {
      this.#emitText(split.text.slice(this.text.length + this.#held.length));
    }
    return true;
  }

  /** Continues from another separation of the text so far. */
  #apply(split: SplitText, soFar: string): void {
    const reasoning = joinThoughts(split.thoughts);
    const isSameText = split.text.startsWith(this.text);
    if (!isSameText || !reasoning.startsWith(this.reasoning)) {
      this.text = '';
      this.reasoning = '';
      this.#deltas = [{ type: 'void' }];
    }
    this.#held = '';
    this.#isHolding = false;
    this.#emit('reasoning', reasoning.slice(this.reasoning.length));
    this.#emit('text', split.text.slice(this.text.length));
    this.#hasThought = true;
    if (split.open !== undefined) this.#openThought(split.open, this.#pending);
    else if (split.endsWithThought) {
      const pair = this.#tags.pairs.find(({ close }) => soFar.endsWith(close));
      if (pair !== undefined) this.#closeThought(pair, this.#pending);
    }
  }

  #openThought(pair: ThoughtTags, rest: string): boolean {
    this.#isThoughtEmpty = true;
    this.#pair = pair;
    return this.#go('thought', rest);
  }

  #closeThought(pair: ThoughtTags, rest: string): boolean {
    this.#hasThought = true;
    this.#isHolding = false;
    this.#held = '';
    this.#pair = pair;
    this.#answerEnd = pair.answers?.find(({ open }) => open === '')?.close;
    return this.#go('start', rest);
  }

  #go(state: State, pending: string): boolean {
    this.#state = state;
    this.#pending = pending;
    this.#space = '';
    return pending !== '';
  }

  #emitPending(length: number): boolean {
    this.#emitText(this.#pending.slice(0, length));
    this.#pending = this.#pending.slice(length);
    return false;
  }

  #emitText(text: string): void {
    this.#held += text;
    if (this.#held.length > mostHeldChars) this.#isHolding = false;
    if (this.#isHolding) return;
    this.#emit('text', this.#held);
    this.#held = '';
  }

  /** Emits a piece of a thought, without the white space around the thought. */
  #emitReasoning(piece: string): void {
    const text = piece.trimEnd();
    if (text === '') this.#space += piece;
    if (text === '') return;
    const separator = this.reasoning === '' ? '' : '\n\n';
    this.#emit(
      'reasoning',
      this.#isThoughtEmpty ? separator + text.trimStart() : this.#space + text,
    );
    this.#isThoughtEmpty = false;
    this.#space = piece.slice(text.length);
  }

  #emit(type: 'text' | 'reasoning', text: string): void {
    if (text === '') return;
    this[type] += text;
    const last = this.#deltas.at(-1);
    // A piece with many short thoughts becomes one delta, as each is an event.
    if (last?.type === type)
      this.#deltas[this.#deltas.length - 1] = { type, text: last.text + text };
    else this.#deltas.push({ type, text });
  }

  #takeDeltas(): readonly ThoughtDelta[] {
    const deltas = this.#deltas;
    this.#deltas = [];
    return deltas;
  }
}

/** More characters than the longest outputs of models, about 250,000 tokens. */
const mostHeldChars = 1_000_000;
