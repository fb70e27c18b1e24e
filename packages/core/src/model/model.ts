import type { ParsedDelta, ParsedReply, ToolChoice, ToolSpec } from '../dialect/dialect.ts';
import type { FinishReason, RawReply, Usage } from '../dialect/wire.ts';
import type { JsonObject, NonEmpty } from '../json.ts';
import type { DialectName, ModelProfile } from '../profile/model-profile.ts';
import type { RequestRetried, StreamRestarted } from '../transport/transport.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { ImageRef } from '../turns/turn.ts';

/** Settings of a request; what is left out is the server's default. */
export interface ModelSettings {
  readonly temperature?: number;
  readonly topP?: number;
  /** Tokens of a reply. */
  readonly maxOutputTokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
  /** Fields for this server alone, such as `top_k`; laid over the body as they are. */
  readonly extraBody?: JsonObject;
}

/** How a conversation was spoken to last. */
export interface LastDialect {
  /** Id of the profile. */
  readonly profile: string;
  readonly dialect: DialectName;
}

interface BaseRequest {
  readonly instructions: string;
  /** Nothing else than a transcript that awaits the assistant can be sent. */
  readonly transcript: Transcript<'assistant'>;
  readonly settings: ModelSettings;
  /** Whether the reply is asked for in pieces. */
  readonly stream: boolean;
  /** Names the conversation, for servers that cache prompts by it. */
  readonly conversationId: string;
  /** Where the bytes of images lie. */
  readonly blobs: BlobStore;
  /** Tokens of the prompt, where the run has estimated them. */
  readonly estimatedTokens?: number;
  /** How the run was spoken to last; left out at its first request. A model that may choose goes on in it. */
  readonly dialect?: LastDialect | undefined;
}

/** Offers tools: the reply is calls or a text. */
export interface ActRequest extends BaseRequest {
  readonly phase: 'act';
  readonly tools: NonEmpty<ToolSpec>;
  readonly toolChoice: ToolChoice;
  readonly output?: never;
}

/** Asks for an answer, without tools. */
export interface AnswerRequest extends BaseRequest {
  readonly phase: 'answer';
  /** The shape of the answer. */
  readonly output?: { readonly name: string; readonly schema: JsonObject };
  /** Tools that exist but are not offered now. */
  readonly withheldTools: readonly ToolSpec[];
  readonly tools?: never;
}

/** One request to a model: tools or an answer, never both. */
export type ModelRequest = ActRequest | AnswerRequest;

/** The request as it is about to leave. */
export interface RequestPrepared {
  readonly type: 'request-prepared';
  readonly dialect: DialectName;
  /** How many messages it has. */
  readonly messages: number;
  /** Estimated tokens of the prompt. */
  readonly estimatedTokens: number;
  /** How many tools it offers. */
  readonly tools: number;
}

/** What a model's server was found to be, before the first request of a run. */
export interface ProfileDetected {
  readonly type: 'profile-detected';
  /** Id of the profile. */
  readonly profile: string;
  readonly dialect: DialectName;
  /** Tokens of prompt and answer together. */
  readonly contextWindow: number;
  /** One sentence, for people. */
  readonly why: string;
}

/**
 * The server refused a request because of its form; it is made anew in another one. Where only the form of turns or schemas
 * changes, both dialects are the same.
 */
export interface DialectChanged {
  readonly type: 'dialect-changed';
  readonly from: DialectName;
  readonly to: DialectName;
  /** Id of the profile that is spoken to from now on. */
  readonly profile: string;
  /** One sentence, for people; it holds the server's own words. */
  readonly why: string;
}

/** What comes up from a model before its reply is whole. */
export type ModelProgress =
  | ProfileDetected
  | DialectChanged
  | RequestPrepared
  | ParsedDelta
  | RequestRetried
  | StreamRestarted;

/** One whole reply of a model. Plain JSON. */
export interface ModelReply {
  readonly parsed: ParsedReply;
  /** What the server said. */
  readonly raw: RawReply;
  readonly usage: Usage;
  readonly finishReason: FinishReason;
  readonly dialect: DialectName;
  /** Id of the profile that it was asked under; left out by a model without one. */
  readonly profile?: string;
  /** How many requests it took: one more for each `dialect-changed`. @default 1 */
  readonly requests?: number;
}

/**
 * What an agent asks: dialect-neutral requests in, understood replies out. The upper of the two ports of a model.
 *
 * `request` yields `request-prepared`, then progress in order, and returns the reply. Before it may stand one
 * `profile-detected`; behind `dialect-changed` the request begins anew, with a `request-prepared` of its own. It throws
 * `ModelError` and `TurnOrderError`, or the signal's reason when that aborts; it stops promptly then and leaves nothing
 * behind.
 */
export interface Model {
  /** The id that the server knows the model by. */
  readonly id: string;
  /** Throws `SchemaError` for tools that cannot be said to this model; asked when an agent is made. */
  checkTools?(tools: readonly ToolSpec[]): void;
  /**
   * The profile that the next request goes by; a model that detects it asks its server the first time.
   * Rejects with the signal's reason only.
   */
  learnProfile?(signal: AbortSignal): ModelProfile | Promise<ModelProfile>;
  /** Tokens that an image costs. */
  imageTokens?(image: ImageRef): number;
  request(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelProgress, ModelReply>;
}
