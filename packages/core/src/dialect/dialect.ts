import type { JsonObject, NonEmpty } from '../json.ts';
import type { DialectName } from '../profile/model-profile.ts';
import type { ImageRef, ToolCall, Turn } from '../turns/turn.ts';
import type { Fix } from './fix.ts';
import type { RawDelta, RawReply, WireBody } from './wire.ts';

/** The description of a tool that is sent to a model. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: JsonObject;
  /** Whether its arguments may have identifiers that do not occur in the conversation. @default false */
  readonly takesAnyValue?: boolean;
}

/** Whether the model must call a tool, and which one. */
export type ToolChoice = 'auto' | 'required' | { readonly tool: string };

/** What every request contains. */
interface Conversation {
  readonly instructions: string;
  /** A text about the next reply only. It is at the end of the request, so that the next request keeps its prefix. @default '' */
  readonly reminder?: string;
  /** Turns in a valid order; the assistant is next. */
  readonly turns: readonly Turn[];
  /** Returns the `data:` URL of an image of the conversation. */
  readonly imageUrl: (image: ImageRef) => string;
  /** Whether the request switches thinking off, so that no reply begins inside a thought. @default false */
  readonly isThinkingOff?: boolean;
}

/** A request with tools: the reply is calls or text. */
export interface ActPrompt extends Conversation {
  readonly phase: 'act';
  readonly tools: NonEmpty<ToolSpec>;
  readonly toolChoice: ToolChoice;
  /** Names of tools that a grammar must not allow, although the prompt lists them. @default none */
  readonly excludedTools?: readonly string[];
  /** How many calls a reply must have that is not an answer, if a grammar can enforce it. @default 1 */
  readonly minCalls?: number;
  /** All tools whose calls are recognised, if `tools` has only some of them. */
  readonly callableTools?: readonly ToolSpec[] | undefined;
  /** The JSON Schema that the answer of the run must match in the end. */
  readonly finalSchema?: JsonObject | undefined;
  /** Whether the reply may already be the answer in that form, if a grammar can enforce it. @default false */
  readonly answersInForm?: boolean;
  readonly output?: never;
}

/** A request for an answer, without tools. */
export interface AnswerPrompt extends Conversation {
  readonly phase: 'answer';
  /** The JSON Schema that the answer must match. */
  readonly output?: { readonly name: string; readonly schema: JsonObject };
  /** Tools that this request does not offer. A reply that calls one anyway is parsed as calls, which never run. */
  readonly withheldTools: readonly ToolSpec[];
  /** Whether other requests of the run offer these tools: text that lists them stays, so that the prefix stays the same. @default false */
  readonly keepsToolText?: boolean;
  readonly tools?: never;
}

/** One request, independent of any dialect. */
export type Prompt = ActPrompt | AnswerPrompt;

/** A call in a reply. `name` is the tool's own name if the request offered it, otherwise the name that the model wrote. */
export type ParsedCall = Omit<ToolCall, 'id'>;

/** A piece of a reply that can be shown while the reply is streamed. */
export type ParsedDelta =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly text: string }
  | {
      readonly type: 'call-delta';
      /** Index of the call in the reply, from 0. */
      readonly index: number;
      readonly name?: string;
      /** A piece of the arguments' JSON text. */
      readonly arguments?: string;
    };

/** A whole reply after parsing: text, calls, or nothing that can be used. */
export type ParsedReply = { readonly fixes: readonly Fix[] } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'calls'; readonly calls: NonEmpty<ParsedCall> }
  | { readonly kind: 'unusable'; readonly problem: string }
);

/**
 * Discard every delta of this attempt that came before. The stream broke and the request is sent again, or text that was
 * already emitted is not part of the answer; then the other deltas are emitted again.
 */
export interface StreamRestarted {
  readonly type: 'stream-restarted';
  readonly reason: string;
}

/** What a parser emits while a reply is streamed. */
export type ParserEvent = ParsedDelta | StreamRestarted;

/** Parses one reply. */
export interface ReplyParser {
  /** Takes a delta and returns what can be shown now. Text that may still become part of a call or a thought is held back. */
  push(delta: RawDelta): readonly ParserEvent[];
  /**
   * Parses the whole reply and returns the deltas that were still held back. If the reply is text, all text deltas,
   * concatenated, equal it. If calls follow text that was already shown, a `dropped-text` fix reports that text as void.
   */
  finish(raw: RawReply): {
    readonly parsed: ParsedReply;
    readonly deltas: readonly ParserEvent[];
    /** The same reply with the thoughts of its text moved to its reasoning. */
    readonly reply: RawReply;
  };
}

/** Encodes a conversation and tools for a model and parses its reply. Pure; made for one profile. */
export interface Dialect {
  readonly name: DialectName;
  encode(prompt: Prompt): WireBody;
  /** Throws `SchemaError` if this dialect cannot encode the parameters of a tool for this server. */
  checkTools(tools: readonly ToolSpec[]): void;
  createParser(prompt: Prompt): ReplyParser;
}
