import { deepFreeze } from '../deep-freeze.ts';
import { TurnOrderError, TurnwiseError } from '../errors.ts';
import { isJsonObject, isNonEmpty, type JsonValue, type NonEmpty } from '../json.ts';
import { findNotJson } from '../json-check.ts';
import { checkTurn, notATurn } from './check-turn.ts';
import { notASavedTranscript } from './not-a-saved-transcript.ts';
import { type RepairedHistory, type RepairOptions, repairHistory } from './repair-history.ts';
import { type OpenAIExportOptions, type OpenAIMessage, toOpenAIMessages } from './to-openai.ts';
import type {
  AssistantTurn,
  CallsTurn,
  Part,
  TextTurn,
  ToolCall,
  ToolResult,
  ToolTurn,
  Turn,
  UserInput,
  UserTurn,
} from './turn.ts';

/** Whose turn is next. `tool`: the calls of the last turn have no results yet. */
export type Awaits = 'user' | 'assistant' | 'tool';

/** An input of the user: text, or parts. */
export type UserContent = string | NonEmpty<Part>;

interface AnyTranscript {
  /** The turns so far, oldest first; frozen. */
  readonly turns: readonly Turn[];
  /** The conversation as OpenAI-style messages. */
  toOpenAI(options?: OpenAIExportOptions): OpenAIMessage[];
  /** Plain JSON; `Transcript.fromJSON` reads it back. */
  toJSON(): TranscriptJson;
}

/** A conversation in which the user's turn is next. */
export interface AwaitsUser extends AnyTranscript {
  readonly awaits: 'user';
  /** Adds a turn of the user. */
  user(content: UserContent): Transcript<'assistant'>;
}

/** A conversation in which the model's turn is next. */
export interface AwaitsAssistant extends AnyTranscript {
  readonly awaits: 'assistant';
  /** Adds an input of the user before the model answers. It becomes part of the last turn. */
  addInput(content: UserContent): Transcript<'assistant'>;
  /** Adds a text of the model. */
  assistant(turn: string | TextTurn): Transcript<'user'>;
  /** Adds calls of the model. */
  assistant(turn: CallsTurn): Transcript<'tool'>;
  assistant(turn: AssistantTurn): Transcript<'user' | 'tool'>;
}

/** A conversation in which the last calls have no results yet. */
export interface AwaitsTool extends AnyTranscript {
  readonly awaits: 'tool';
  /** The calls without results. */
  readonly openCalls: NonEmpty<ToolCall>;
  /** Adds the results of all open calls, in call order. */
  toolResults(results: readonly ToolResult[]): Transcript<'assistant'>;
}

/**
 * A conversation that follows the turn law: `user → assistant(text) | assistant(calls) → tool → assistant …`.
 * It is immutable: every method returns a new transcript that shares the earlier turns with the old one.
 * Its methods depend on whose turn is next, so that a wrong turn does not compile; if types are bypassed, the method
 * throws `turn_order`. Without a type argument, check `awaits` to narrow the type.
 */
export type Transcript<State extends Awaits = Awaits> = {
  user: AwaitsUser;
  assistant: AwaitsAssistant;
  tool: AwaitsTool;
}[State];

/** A transcript as plain JSON. */
export interface TranscriptJson {
  readonly v: 1;
  readonly turns: readonly Turn[];
}

/** Makes transcripts. */
export const Transcript = {
  /** A conversation without turns. */
  empty(): Transcript<'user'> {
    return grow([], 'user');
  },

  /**
   * A conversation with these turns. Throws `turn_order` if they break the turn law, and `invalid_state` if a value is
   * not a turn.
   */
  of(turns: readonly Turn[]): Transcript {
    // `reduce` alone would skip the holes of a list.
    return [...turns].reduce(continueWith, Transcript.empty() as Transcript);
  },

  /** Loads the JSON that `toJSON` returned. Throws `invalid_state` or `turn_order`. */
  fromJSON(json: JsonValue | TranscriptJson): Transcript {
    if (!isJsonObject(json) || json.v !== 1 || !Array.isArray(json.turns)) {
      throw notASavedTranscript(json);
    }
    const place = findNotJson(json);
    if (place !== undefined) {
      throw new TurnwiseError(
        'invalid_state',
        `The saved transcript has a value that JSON cannot hold, or is nested too deeply, at \`${place.slice(1)}\`.`,
      );
    }
    return Transcript.of(json.turns as readonly Turn[]);
  },

  /**
   * Imports messages of OpenAI (Chat Completions and Responses), the AI SDK (model and UI messages), Anthropic, Ollama and
   * Gemini, also if they break the turn law. Every change is listed: successive messages of one role are merged, late
   * results are moved to their call, calls without a result get the result `cancelled`, results without a call are
   * dropped, text next to calls becomes reasoning, system messages are moved to `instructions`. Throws `invalid_state`
   * with the index if a message cannot be read.
   */
  repair(messages: readonly unknown[], options: RepairOptions = {}): RepairedTranscript {
    const { turns, ...rest } = repairHistory(messages, options);
    return { transcript: Transcript.of(turns), ...rest };
  },
} as const;

/** An imported history as a transcript, with every change that it needed. */
export interface RepairedTranscript extends Omit<RepairedHistory, 'turns'> {
  readonly transcript: Transcript;
}

function continueWith(transcript: Transcript, turn: Turn): Transcript {
  const value = transcript as Value;
  switch (turn?.role) {
    case 'user':
      return value.userTurn(turn);
    case 'assistant':
      return value.assistant(turn);
    case 'tool':
      return value.toolTurn(turn);
    default:
      throw notATurn(value.turns.length, '`role` is not "user", "assistant" or "tool".');
  }
}

/**
 * Implements all three transcript types. Successive transcripts share one list of turns: adding to the newest one
 * appends to that list; adding to an older one copies it, so that two continuations are independent.
 */
class Value {
  readonly awaits: Awaits;
  readonly #shared: Turn[];
  readonly #length: number;
  #turns: readonly Turn[] | undefined;

  constructor(shared: Turn[], length: number, awaits: Awaits) {
    this.#shared = shared;
    this.#length = length;
    this.awaits = awaits;
  }

  get turns(): readonly Turn[] {
    this.#turns ??= Object.freeze(this.#shared.slice(0, this.#length));
    return this.#turns;
  }

  get openCalls(): NonEmpty<ToolCall> {
    const last = this.#last();
    if (last?.role === 'assistant' && last.kind === 'calls') return last.calls;
    throw this.#error('there are no open calls.');
  }

  user(content: UserContent): Transcript<'assistant'> {
    return this.userTurn({ role: 'user', inputs: [toInput(content)] });
  }

  userTurn(turn: UserTurn): Transcript<'assistant'> {
    if (this.awaits !== 'user') {
      throw this.#error(
        `the next turn must be of the ${this.awaits}, not of the user. Use addInput(…) to add to the last turn.`,
      );
    }
    checkTurn(turn, this.#length);
    if (!isNonEmpty(turn.inputs)) throw this.#error('a user turn needs at least one input.');
    return this.#append(turn, 'assistant');
  }

  addInput(content: UserContent): Transcript<'assistant'> {
    const input = toInput(content);
    const last = this.#last();
    if (this.awaits !== 'assistant' || last === undefined || last.role === 'assistant') {
      throw this.#error(
        'addInput(…) needs a turn of the user or of tools that is not answered yet.',
      );
    }
    const open: Turn =
      last.role === 'user'
        ? { ...last, inputs: [...last.inputs, input] }
        : { ...last, inputs: [...(last.inputs ?? []), input] };
    checkTurn(open, this.#length - 1);
    return new Value(
      this.#shared.slice(0, this.#length - 1),
      this.#length - 1,
      'assistant',
    ).#append(open, 'assistant');
  }

  assistant(turn: string | TextTurn): Transcript<'user'>;
  assistant(turn: CallsTurn): Transcript<'tool'>;
  assistant(turn: string | AssistantTurn): Transcript<'user' | 'tool'>;
  assistant(content: string | AssistantTurn): Transcript<'user' | 'tool'> {
    const turn: AssistantTurn =
      typeof content === 'string' ? { role: 'assistant', kind: 'text', text: content } : content;
    if (this.awaits !== 'assistant') {
      throw this.#error(`the next turn must be of the ${this.awaits}, not of the assistant.`);
    }
    const isOne = turn.kind === 'text' ? !('calls' in turn) : !('text' in turn);
    if (!isOne) throw this.#error('an assistant turn has either text or calls, not both.');
    checkTurn(turn, this.#length);
    if (turn.kind === 'text') return this.#append(turn, 'user');
    this.#checkCalls(turn.calls);
    return this.#append(turn, 'tool');
  }

  toolResults(results: readonly ToolResult[]): Transcript<'assistant'> {
    if (!isNonEmpty(results)) throw this.#error('a tool turn needs at least one result.');
    return this.toolTurn({ role: 'tool', results });
  }

  toolTurn(turn: ToolTurn): Transcript<'assistant'> {
    if (this.awaits !== 'tool') throw this.#error('there are no calls without results.');
    checkTurn(turn, this.#length);
    const calls = this.openCalls;
    const isAnswered =
      turn.results.length === calls.length &&
      calls.every((call, place) => turn.results[place]?.callId === call.id);
    if (!isAnswered) {
      throw this.#error(
        `it needs one result for each of these calls, in this order: ${calls.map(({ id }) => `"${id}"`).join(', ')}.`,
      );
    }
    return this.#append(turn, 'assistant');
  }

  toOpenAI(options: OpenAIExportOptions = {}): OpenAIMessage[] {
    return toOpenAIMessages(this.turns, options);
  }

  toJSON(): TranscriptJson {
    return { v: 1, turns: this.turns };
  }

  #append<State extends Awaits>(turn: Turn, awaits: State): Transcript<State> {
    deepFreeze(turn);
    const isNewest = this.#shared.length === this.#length;
    const shared = isNewest ? this.#shared : this.#shared.slice(0, this.#length);
    shared.push(turn);
    return grow(shared, awaits);
  }

  #checkCalls(calls: readonly ToolCall[]): void {
    if (!isNonEmpty(calls)) throw this.#error('a turn with calls needs at least one call.');
    if (new Set(calls.map(({ id }) => id)).size < calls.length) {
      throw this.#error('two calls of one turn have the same id.');
    }
  }

  #last(): Turn | undefined {
    return this.#shared[this.#length - 1];
  }

  #error(reason: string): TurnOrderError {
    return new TurnOrderError(this.#length, reason);
  }
}

function grow<State extends Awaits>(shared: Turn[], awaits: State): Transcript<State> {
  // The class has the methods of every state; the type shows only those of this state.
  return new Value(shared, shared.length, awaits) as unknown as Transcript<State>;
}

function toInput(content: UserContent): UserInput {
  const parts: readonly Part[] =
    typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  if (!isNonEmpty(parts)) {
    throw new TurnwiseError('invalid_options', 'An input of the user needs at least one part.');
  }
  return { parts };
}
