import { TurnOrderError, TurnwiseError } from '../errors.ts';
import { isJsonObject, isNonEmpty, type JsonValue, type NonEmpty } from '../json.ts';
import { checkTurn, notATurn } from './check-turn.ts';
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

/** Whose turn is next: `tool` means that the calls of the last turn are not answered yet. */
export type Awaits = 'user' | 'assistant' | 'tool';

/** What a user can be said to say: text, or parts. */
export type UserContent = string | NonEmpty<Part>;

interface AnyTranscript {
  /** The turns so far, oldest first; frozen. */
  readonly turns: readonly Turn[];
  /** The conversation as OpenAI-style messages. */
  toOpenAI(options?: OpenAIExportOptions): OpenAIMessage[];
  /** Plain JSON; `Transcript.fromJSON` reads it back. */
  toJSON(): TranscriptJson;
}

/** A conversation in which the user speaks next. */
export interface AwaitsUser extends AnyTranscript {
  readonly awaits: 'user';
  /** The user says something. */
  user(content: UserContent): Transcript<'assistant'>;
}

/** A conversation in which the model speaks next. */
export interface AwaitsAssistant extends AnyTranscript {
  readonly awaits: 'assistant';
  /** The user says more before the model answered: it joins the open turn. */
  addInput(content: UserContent): Transcript<'assistant'>;
  /** The model answers with text. */
  assistant(turn: string | TextTurn): Transcript<'user'>;
  /** The model wants tools to be run. */
  assistant(turn: CallsTurn): Transcript<'tool'>;
  assistant(turn: AssistantTurn): Transcript<'user' | 'tool'>;
}

/** A conversation whose last calls wait for results. */
export interface AwaitsTool extends AnyTranscript {
  readonly awaits: 'tool';
  /** The calls that wait for results. */
  readonly openCalls: NonEmpty<ToolCall>;
  /** Answers every open call, in call order. */
  toolResults(results: readonly ToolResult[]): Transcript<'assistant'>;
}

/**
 * A conversation that keeps the turn law: `user → assistant(text) | assistant(calls) → tool → assistant …`.
 * An immutable value: every method gives a new transcript that shares its past with the old one.
 * Which methods there are depends on whose turn is next, so a wrong continuation does not compile;
 * where types are bypassed it throws `turn_order`. Without a type argument, `awaits` tells which it is.
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
  /** The conversation before anything was said. */
  empty(): Transcript<'user'> {
    return grow([], 'user');
  },

  /**
   * A conversation out of turns. Throws `turn_order` where they break the turn law,
   * and `invalid_state` where something is no turn at all.
   */
  of(turns: readonly Turn[]): Transcript {
    return turns.reduce(continueWith, Transcript.empty() as Transcript);
  },

  /** Reads what `toJSON` gave. Throws `invalid_state` or `turn_order`. */
  fromJSON(json: JsonValue | TranscriptJson): Transcript {
    if (!isJsonObject(json) || json.v !== 1 || !Array.isArray(json.turns)) {
      throw new TurnwiseError(
        'invalid_state',
        'This is no saved transcript; pass what transcript.toJSON() gave.',
      );
    }
    return Transcript.of(json.turns as readonly Turn[]);
  },

  /**
   * Reads a list of OpenAI-style messages that may break every rule, and lists each change:
   * successive roles are merged, orphan calls answered as `cancelled`, orphan results dropped, text beside calls split
   * off, system messages folded into `instructions`. Throws `invalid_state` for what is no message.
   */
  repair(messages: readonly unknown[], options: RepairOptions = {}): RepairedTranscript {
    const { turns, ...rest } = repairHistory(messages, options);
    return { transcript: Transcript.of(turns), ...rest };
  },
} as const;

/** A foreign history as a transcript, with every change that it needed. */
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
      throw notATurn(value.turns.length, 'its role is not user, assistant or tool.');
  }
}

/**
 * The one class behind the typestate. Turns lie in a list that successive values share: growing the newest value
 * appends in place, growing an older one copies, so that two continuations make two branches.
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
    throw this.#broken('no calls are open.');
  }

  user(content: UserContent): Transcript<'assistant'> {
    return this.userTurn({ role: 'user', inputs: [toInput(content)] });
  }

  userTurn(turn: UserTurn): Transcript<'assistant'> {
    if (this.awaits !== 'user') {
      throw this.#broken(
        `the ${this.awaits}'s turn is next, not the user's; addInput(…) adds to an open turn.`,
      );
    }
    checkTurn(turn, this.#length);
    if (!isNonEmpty(turn.inputs)) throw this.#broken('a user turn needs an input.');
    return this.#append(turn, 'assistant');
  }

  addInput(content: UserContent): Transcript<'assistant'> {
    const input = toInput(content);
    const last = this.#last();
    if (this.awaits !== 'assistant' || last === undefined || last.role === 'assistant') {
      throw this.#broken('no turn of the user or of tools is open.');
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
  assistant(said: string | AssistantTurn): Transcript<'user' | 'tool'> {
    const turn: AssistantTurn =
      typeof said === 'string' ? { role: 'assistant', kind: 'text', text: said } : said;
    if (this.awaits !== 'assistant') {
      throw this.#broken(`the ${this.awaits}'s turn is next, not the assistant's.`);
    }
    const isOne = turn.kind === 'text' ? !('calls' in turn) : !('text' in turn);
    if (!isOne) throw this.#broken('an assistant turn is EITHER text OR calls.');
    checkTurn(turn, this.#length);
    if (turn.kind === 'text') return this.#append(turn, 'user');
    this.#checkCalls(turn.calls);
    return this.#append(turn, 'tool');
  }

  toolResults(results: readonly ToolResult[]): Transcript<'assistant'> {
    if (!isNonEmpty(results)) throw this.#broken('a tool turn needs results.');
    return this.toolTurn({ role: 'tool', results });
  }

  toolTurn(turn: ToolTurn): Transcript<'assistant'> {
    if (this.awaits !== 'tool') throw this.#broken('no calls wait for results.');
    checkTurn(turn, this.#length);
    const calls = this.openCalls;
    const isAnswered =
      turn.results.length === calls.length &&
      calls.every((call, place) => turn.results[place]?.callId === call.id);
    if (!isAnswered) {
      throw this.#broken(
        `the results must answer ${calls.map(({ id }) => `"${id}"`).join(', ')}, each once and in this order.`,
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
    freezeTurn(turn);
    const isNewest = this.#shared.length === this.#length;
    const shared = isNewest ? this.#shared : this.#shared.slice(0, this.#length);
    shared.push(turn);
    return grow(shared, awaits);
  }

  #checkCalls(calls: readonly ToolCall[]): void {
    if (!isNonEmpty(calls)) throw this.#broken('an assistant turn of calls needs a call.');
    if (new Set(calls.map(({ id }) => id)).size < calls.length) {
      throw this.#broken('two calls of one turn share an id.');
    }
  }

  #last(): Turn | undefined {
    return this.#shared[this.#length - 1];
  }

  #broken(reason: string): TurnOrderError {
    return new TurnOrderError(this.#length, reason);
  }
}

function grow<State extends Awaits>(shared: Turn[], awaits: State): Transcript<State> {
  // The class has every method; the type shows those that fit what is awaited.
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

/** Turns that are frozen to their depth: turns are shared between conversations. */
const frozen = new WeakSet<Turn>();

function freezeTurn(turn: Turn): void {
  if (frozen.has(turn)) return;
  deepFreeze(turn);
  frozen.add(turn);
}

/** What a program froze itself may hold objects that it did not. */
function deepFreeze(value: object): void {
  Object.freeze(value);
  for (const key of Object.keys(value)) {
    const each: unknown = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof each === 'object' && each !== null) deepFreeze(each);
  }
}
