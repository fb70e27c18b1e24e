import type {
  ParsedDelta,
  ParsedReply,
  StreamRestarted,
  ToolChoice,
  ToolSpec,
} from '../dialect/dialect.ts';
import type { FinishReason, RawReply, Usage, WireMessage } from '../dialect/wire.ts';
import type { JsonObject, NonEmpty } from '../json.ts';
import type { DialectName, ModelProfile } from '../profile/model-profile.ts';
import type { RequestRetried } from '../transport/transport.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { ImageRef, ProviderData } from '../turns/turn.ts';

/** Settings of a request. The server's default applies to a setting that is missing. */
export interface ModelSettings {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  /** Maximum number of tokens of a reply. */
  readonly maxOutputTokens?: number | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  /** Additional fields of the request body for this server, such as `top_k`; merged into the body unchanged. */
  readonly extraBody?: JsonObject | undefined;
}

/** The profile and dialect of the last request of a conversation. */
export interface LastDialect {
  /** Id of the profile. */
  readonly profile: string;
  readonly dialect: DialectName;
}

interface BaseRequest {
  readonly instructions: string;
  /** A text about the next reply only; it is placed as near to the end of the prompt as the dialect can. @default '' */
  readonly reminder?: string;
  /** The conversation; its next turn must be the assistant's. */
  readonly transcript: Transcript<'assistant'>;
  readonly settings: ModelSettings;
  /** Whether the reply is streamed. */
  readonly stream: boolean;
  /** Whether `request-prepared` must carry the messages as `prompt`. */
  readonly observesMessages?: boolean;
  /** Identifies the conversation, for servers with a prompt cache per conversation. */
  readonly conversationId: string;
  /** The store with the bytes of the images. */
  readonly blobs: BlobStore;
  /** Tokens of the prompt, if the run has estimated them. */
  readonly estimatedTokens?: number | undefined;
  /** The last dialect of the run; missing at its first request. A model that chooses its dialect keeps it. */
  readonly dialect?: LastDialect | undefined;
}

/** Why the reply in the current dialect could not be used. */
export interface DialectDoubt {
  /** The reason, as one sentence. */
  readonly reason: string;
  /** How many replies of the conversation gave a reason so far, with this one. */
  readonly count: number;
}

/** Offers tools: the reply is either calls or a text. */
export interface ActRequest extends BaseRequest {
  readonly phase: 'act';
  readonly tools: NonEmpty<ToolSpec>;
  readonly toolChoice: ToolChoice;
  /** Set if the request is sent again in the guided dialect; a model that cannot do this ignores it. */
  readonly doubt?: DialectDoubt | undefined;
  /** Names of tools that the grammar of a guided request must not allow, although the prompt lists them. */
  readonly excludedTools?: readonly string[] | undefined;
  /** How many calls a reply must have that is not an answer, if a grammar can enforce it. @default 1 */
  readonly minCalls?: number | undefined;
  /** All tools whose calls are recognised, if `tools` has only some of them. */
  readonly callableTools?: readonly ToolSpec[] | undefined;
  /** The JSON Schema that the answer of the run must match in the end. */
  readonly finalSchema?: JsonObject | undefined;
  /** Whether the reply may already be the answer in that form, if a grammar can enforce it. @default false */
  readonly answersInForm?: boolean;
  readonly output?: never;
}

/** Asks for an answer, without tools. */
export interface AnswerRequest extends BaseRequest {
  readonly phase: 'answer';
  /** The schema of the answer. */
  readonly output?: { readonly name: string; readonly schema: JsonObject };
  /** Tools of the agent that this request does not offer. */
  readonly withheldTools: readonly ToolSpec[];
  /** Whether other requests of the run offer these tools, so that the prompt may still list them. @default false */
  readonly keepsToolText?: boolean;
  readonly tools?: never;
  readonly doubt?: never;
  readonly excludedTools?: never;
  readonly callableTools?: never;
}

/** One request to a model: with tools or for an answer, never both. */
export type ModelRequest = ActRequest | AnswerRequest;

/** Whether a request offers tools (`act`) or asks for an answer. */
export type Phase = ModelRequest['phase'];

/** A request is ready and is sent next. */
export interface RequestPrepared {
  readonly type: 'request-prepared';
  readonly dialect: DialectName;
  /** Number of messages. */
  readonly messages: number;
  /** Estimated tokens of the prompt. */
  readonly estimatedTokens: number;
  /** Number of tools that the request offers. */
  readonly tools: number;
  /** A copy of the messages, if the request has `observesMessages`. */
  readonly prompt?: readonly WireMessage[];
}

/** The profile that was detected before the first request of a run. */
export interface ProfileDetected {
  readonly type: 'profile-detected';
  /** Id of the profile. */
  readonly profile: string;
  readonly dialect: DialectName;
  /** Tokens of prompt and answer together. */
  readonly contextWindow: number;
  /** The reason, as one sentence. */
  readonly why: string;
}

/**
 * The server refused the form of a request, or a reply in this dialect could not be used; the request is sent again in
 * another form. `from` and `to` are the same if only the form of turns, fields or schemas changes.
 */
export interface DialectChanged {
  readonly type: 'dialect-changed';
  readonly from: DialectName;
  readonly to: DialectName;
  /** Id of the profile that is used from now on. */
  readonly profile: string;
  /** The reason: the server's own message, or what is wrong with the reply. */
  readonly why: string;
}

/** What a model reports before its reply is complete. */
export type ModelProgress =
  | ProfileDetected
  | DialectChanged
  | RequestPrepared
  | ParsedDelta
  | RequestRetried
  | StreamRestarted;

/** One complete reply of a model. Plain JSON. */
export interface ModelReply {
  readonly parsed: ParsedReply;
  /** The reply as the server sent it, but with the thoughts of its text moved to its reasoning. */
  readonly raw: RawReply;
  readonly usage: Usage;
  readonly finishReason: FinishReason;
  readonly dialect: DialectName;
  /** Id of the profile that was used; missing if the model has no profile. */
  readonly profile?: string;
  /** Opaque data that the server needs back with this turn. The turn keeps it; only a model with the same profile sends it. */
  readonly provider?: ProviderData;
  /**
   * `used`: a grammar shaped the reply. `available`: the same request can be sent again in the guided dialect. Missing if
   * neither is known.
   */
  readonly grammar?: 'used' | 'available';
  /** Whether the model often makes up values and answers without a look-up, so that the run checks its replies. @default false */
  readonly needsValueChecks?: boolean;
  /** Whether only this request was sent in `dialect`: the next one is sent in the dialect before. @default false */
  readonly isOnce?: boolean;
  /** Number of requests that were sent: one more for each `dialect-changed`. @default 1 */
  readonly requests?: number;
}

/**
 * The model of an agent: takes requests that do not depend on a dialect and returns parsed replies.
 *
 * `request` yields at most one `profile-detected`, then `request-prepared`, then progress in order, and returns the reply.
 * After a `dialect-changed` the request starts again with another `request-prepared`. It throws `ModelError` and
 * `TurnOrderError`, or the signal's reason if the signal aborts; then it stops at once and leaves no socket, timer or
 * listener.
 */
export interface Model {
  /** The id of the model on its server. */
  readonly id: string;
  /** Throws `SchemaError` for tools that cannot be encoded for this model. Called when an agent is created. */
  checkTools?(tools: readonly ToolSpec[]): void;
  /**
   * The profile that the next request will use; a model with detection asks its server the first time.
   * Rejects only with the signal's reason.
   */
  learnProfile?(signal: AbortSignal): ModelProfile | Promise<ModelProfile>;
  /** Tokens of an image. */
  imageTokens?(image: ImageRef): number;
  request(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelProgress, ModelReply>;
}
