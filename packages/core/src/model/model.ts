import type { Heard, HeardDelta, ToolChoice, ToolSpec } from '../dialect/dialect.ts';
import type { FinishReason, RawReply, Usage } from '../dialect/wire.ts';
import type { JsonObject, NonEmpty } from '../json.ts';
import type { DialectName } from '../profile/model-profile.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { RequestRetried, StreamRestarted } from './transport.ts';

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

/** What comes up from a model before its reply is whole. */
export type ModelProgress = RequestPrepared | HeardDelta | RequestRetried | StreamRestarted;

/** One whole reply of a model. Plain JSON. */
export interface ModelReply {
  readonly heard: Heard;
  /** What the server said. */
  readonly raw: RawReply;
  readonly usage: Usage;
  readonly finishReason: FinishReason;
  readonly dialect: DialectName;
}

/**
 * What an agent asks: dialect-neutral requests in, understood replies out. The upper of the two ports of a model.
 *
 * `request` yields `request-prepared`, then progress in order, and returns the reply. It throws `ModelError` and
 * `TurnOrderError`, or the signal's reason when that aborts; it stops promptly then and leaves nothing behind.
 */
export interface Model {
  /** The id that the server knows the model by. */
  readonly id: string;
  /** Throws `SchemaError` for tools that cannot be said to this model; asked when an agent is made. */
  checkTools?(tools: readonly ToolSpec[]): void;
  request(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelProgress, ModelReply>;
}
