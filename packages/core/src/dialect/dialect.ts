import type { JsonObject, NonEmpty } from '../json.ts';
import type { DialectName } from '../profile/model-profile.ts';
import type { ImageRef, ToolCall, Turn } from '../turns/turn.ts';
import type { Fix } from './fix.ts';
import type { RawDelta, RawReply, WireBody } from './wire.ts';

/** A tool as a model is told of it. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: JsonObject;
}

/** Whether and which tools must be called. */
export type ToolChoice = 'auto' | 'required' | { readonly tool: string };

/** What is said to the model, whatever the dialect. */
interface Conversation {
  readonly instructions: string;
  /** Lawful turns that await the assistant. */
  readonly turns: readonly Turn[];
  /** The `data:` URL of an image of the conversation. */
  readonly imageUrl: (image: ImageRef) => string;
}

/** Offers tools: the reply is calls or a text. */
export interface ActPrompt extends Conversation {
  readonly phase: 'act';
  readonly tools: NonEmpty<ToolSpec>;
  readonly toolChoice: ToolChoice;
  readonly output?: never;
}

/** Asks for an answer, without tools. */
export interface AnswerPrompt extends Conversation {
  readonly phase: 'answer';
  /** The shape of the answer. */
  readonly output?: { readonly name: string; readonly schema: JsonObject };
  /** Tools that are not offered now: a reply that calls one all the same is heard as calls, and never runs. */
  readonly withheldTools: readonly ToolSpec[];
  readonly tools?: never;
}

/** One request in the words of no dialect. */
export type Prompt = ActPrompt | AnswerPrompt;

/** A call as it was heard: the tool's own name where it was offered, else what the model wrote. */
export type ParsedCall = Omit<ToolCall, 'id'>;

/** What may be shown of a reply while it grows. */
export type ParsedDelta =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly text: string }
  | {
      readonly type: 'call-delta';
      /** Which call of the reply, from 0. */
      readonly index: number;
      readonly name?: string;
      /** A piece of the arguments' JSON text. */
      readonly arguments?: string;
    };

/** A whole reply, understood: text, or calls, or nothing that can be used. */
export type ParsedReply = { readonly fixes: readonly Fix[] } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'calls'; readonly calls: NonEmpty<ParsedCall> }
  | { readonly kind: 'unusable'; readonly problem: string }
);

/** Hears one reply. */
export interface ReplyParser {
  /** What may be shown now. Text that may still become part of a call is held back. */
  push(delta: RawDelta): readonly ParsedDelta[];
  /**
   * The whole reply, and what was still held back. Text deltas, concatenated, equal the text where it is a text;
   * where calls follow text that was released, a `dropped-text` fix says that it is void.
   */
  finish(reply: RawReply): {
    readonly parsed: ParsedReply;
    readonly deltas: readonly ParsedDelta[];
  };
}

/** How a conversation and tools are said to a model and how its reply is heard. Pure; made for one profile. */
export interface Dialect {
  readonly name: DialectName;
  encode(prompt: Prompt): WireBody;
  /** Throws `SchemaError` for tools whose parameters this dialect cannot say to this server. */
  checkTools(tools: readonly ToolSpec[]): void;
  createParser(prompt: Prompt): ReplyParser;
}
