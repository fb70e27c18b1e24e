import type { ModelProfile } from '../../profile/model-profile.ts';
import { type ActiveTools, activeTools, callableIn } from '../active-tools.ts';
import type { Dialect, ParserEvent, Prompt, ReplyParser } from '../dialect.ts';
import type { Fix } from '../fix.ts';
import type { BodyParser } from '../reply-parser.ts';
import { findCallPlaces } from '../salvage/salvage-calls.ts';
import type { RawCallDelta, RawDelta, RawReply } from '../wire.ts';
import type { FindCalls } from './quoted-tags.ts';
import { switchesThinkingOff } from './soft-switch.ts';
import { joinThoughts, splitThoughts } from './split-thoughts.ts';
import { type TagIndex, thoughtTagsOf } from './tag-index.ts';
import { ThoughtStream } from './thought-stream.ts';

/** Options of {@link parserFactory}. */
export interface ParserFactoryOptions {
  readonly profile: ModelProfile;
  /** Creates the parser for the reply without thoughts. */
  readonly createBodyParser: (tools: ActiveTools, prompt: Prompt) => BodyParser;
  /** Whether the grammar of the requests excludes thoughts, so that no text is held back. @default false */
  readonly hasGrammar?: boolean;
}

/**
 * Makes the `createParser` of a dialect. Its parsers move thoughts from the text of a reply to its reasoning before another
 * parser sees the text, so that no call and no answer is taken out of a thought.
 */
export function parserFactory(options: ParserFactoryOptions): Dialect['createParser'] {
  const { profile, createBodyParser, hasGrammar = false } = options;
  const tags = thoughtTagsOf(profile);
  return (prompt) => {
    const tools = activeTools(callableIn(prompt), profile);
    return new ThoughtParser({
      tags,
      createBodyParser: () => createBodyParser(tools, prompt),
      findCalls: (text, options) => findCallPlaces(text, tools.callables, options),
      holdsText:
        profile.thoughts?.startsInside === true && !hasGrammar && prompt.isThinkingOff !== true,
      isThinkingOff: () => prompt.isThinkingOff === true || switchesThinkingOff(prompt),
    });
  };
}

interface ThoughtParserParts {
  readonly tags: TagIndex;
  readonly createBodyParser: () => BodyParser;
  readonly findCalls: FindCalls;
  readonly holdsText: boolean;
  /** Whether the user switched thinking off, so that a reply of thoughts alone is the answer. */
  readonly isThinkingOff: () => boolean;
}

/** A reply whose text has no thoughts, and how it was changed. */
interface SplitReply {
  readonly reply: RawReply;
  readonly fixes: readonly Fix[];
}

class ThoughtParser implements ReplyParser {
  readonly #parts: ThoughtParserParts;
  /** A reply that is not streamed needs none. */
  #stream: ThoughtStream | undefined;
  #body: BodyParser;
  #serverReasoning = '';
  #calls: RawCallDelta[] = [];
  /** What was emitted and is not void. */
  #shownText = '';
  #shownReasoning = '';

  constructor(parts: ThoughtParserParts) {
    this.#parts = parts;
    this.#body = parts.createBodyParser();
  }

  push({ text, reasoning, calls }: RawDelta): readonly ParserEvent[] {
    const events: ParserEvent[] = [];
    this.#stream ??= new ThoughtStream(this.#parts);
    if (reasoning !== undefined) {
      this.#serverReasoning += reasoning;
      this.#follow(this.#stream.release(), events);
      this.#showReasoning(reasoning, events);
    }
    if (text !== undefined) this.#follow(this.#stream.push(text), events);
    if (calls !== undefined) {
      for (const call of calls) this.#calls.push(call);
      this.#showBody({ calls }, events);
    }
    return events;
  }

  finish(raw: RawReply): ReturnType<ReplyParser['finish']> {
    const split = this.#split(raw);
    const { reply, fixes } = (this.#isOnlyThoughts(split) && this.#answerIn(split)) || split;
    return this.#parse(reply, fixes);
  }

  #split(raw: RawReply): SplitReply {
    const { tags, findCalls } = this.#parts;
    const { text, thoughts } = splitThoughts(raw.text, tags, { isWhole: true, findCalls });
    if (text === raw.text) return { reply: raw, fixes: [] };
    const moved = joinThoughts(thoughts);
    const reply = { ...raw, text, reasoning: joinThoughts([raw.reasoning, moved]) };
    return { reply, fixes: [{ kind: 'moved-reasoning', text: moved }] };
  }

  #isOnlyThoughts({ reply: { text, reasoning, calls } }: SplitReply): boolean {
    return calls.length === 0 && reasoning.trim() !== '' && text.trim() === '';
  }

  /** The reply with its reasoning as the answer; `undefined` if that would be empty or calls: a call in reasoning never runs. */
  #answerIn({ reply: raw, fixes: before }: SplitReply): SplitReply | undefined {
    if (raw.mayAnswerInReasoning !== true && !this.#parts.isThinkingOff()) return undefined;
    const { reply, fixes } = this.#split({ ...raw, text: raw.reasoning, reasoning: '' });
    const { parsed } = this.#parts.createBodyParser().finish(reply);
    if (parsed.kind !== 'text') return undefined;
    const fix: Fix = { kind: 'reasoning-as-answer', length: raw.reasoning.length };
    return { reply, fixes: [fix, ...before, ...fixes] };
  }

  #parse(reply: RawReply, fixes: readonly Fix[]): ReturnType<ReplyParser['finish']> {
    const events: ParserEvent[] = [];
    const isSplitTheSame =
      reply.text.startsWith(this.#stream?.text ?? '') &&
      reply.reasoning.startsWith(this.#shownReasoning);
    if (!isSplitTheSame) this.#restart(events);
    let { parsed, deltas } = this.#body.finish(reply);
    if (parsed.kind === 'text' && !parsed.text.startsWith(this.#shownText)) {
      this.#restart(events);
      ({ parsed, deltas } = this.#body.finish(reply));
    }
    this.#showReasoning(reply.reasoning.slice(this.#shownReasoning.length), events);
    return {
      parsed: fixes.length === 0 ? parsed : { ...parsed, fixes: [...fixes, ...parsed.fixes] },
      deltas: [...events, ...deltas],
      reply,
    };
  }

  #follow(deltas: ReturnType<ThoughtStream['push']>, events: ParserEvent[]): void {
    for (const delta of deltas) {
      switch (delta.type) {
        case 'text':
          this.#showBody({ text: delta.text }, events);
          break;
        case 'reasoning':
          this.#showMoved(delta.text, events);
          break;
        case 'void':
          this.#restart(events);
          this.#showReasoning(this.#serverReasoning, events);
      }
    }
  }

  #showBody(delta: Pick<RawDelta, 'text' | 'calls'>, events: ParserEvent[]): void {
    for (const event of this.#body.push(delta)) {
      if (event.type === 'text-delta') this.#shownText += event.text;
      events.push(event);
    }
  }

  #showMoved(text: string, events: ParserEvent[]): void {
    const isFirst = this.#shownReasoning !== '' && this.#shownReasoning === this.#serverReasoning;
    this.#showReasoning(isFirst ? `\n\n${text}` : text, events);
  }

  #showReasoning(text: string, events: ParserEvent[]): void {
    if (text === '') return;
    this.#shownReasoning += text;
    events.push({ type: 'reasoning-delta', text });
  }

  /** Makes everything that was emitted void. Calls do not depend on thoughts, so they are emitted again. */
  #restart(events: ParserEvent[]): void {
    this.#body = this.#parts.createBodyParser();
    this.#shownText = '';
    this.#shownReasoning = '';
    events.push({
      type: 'stream-restarted',
      reason: 'Text that was already emitted is not part of the answer.',
    });
    this.#showBody({ calls: this.#calls }, events);
  }
}
