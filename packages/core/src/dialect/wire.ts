import type { JsonObject } from '../json.ts';
import type { Fix } from './fix.ts';

/** A part of the content of a wire message. */
export type WirePart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

/** The content of a wire message. */
export type WireContent = string | readonly WirePart[];

/** A past call in a wire message. `arguments` is JSON text. */
export interface WireCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A message of `/v1/chat/completions`. */
export type WireMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: WireContent }
  | { readonly role: 'assistant'; readonly content: string }
  | {
      readonly role: 'assistant';
      readonly content: null | '';
      readonly tool_calls: readonly WireCall[];
      /** The reasoning that led to the calls; a chat template prints one of the two fields. */
      readonly reasoning?: string;
      readonly reasoning_content?: string;
    }
  | {
      readonly role: 'tool';
      readonly tool_call_id: string;
      readonly name?: string;
      readonly content: WireContent;
    };

/** A tool in the body of a request. */
export interface WireTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: JsonObject;
  };
}

/** The `tool_choice` of a request. */
export type WireToolChoice =
  | 'auto'
  | 'none'
  | 'required'
  | { readonly type: 'function'; readonly function: { readonly name: string } };

/** The `response_format` of a request. */
export type WireResponseFormat =
  | { readonly type: 'json_object' }
  | {
      readonly type: 'json_schema';
      readonly json_schema: {
        readonly name: string;
        readonly schema: JsonObject;
        readonly strict: boolean;
      };
    };

/** The body of a request without `model` and `stream`, which the transport adds. */
export interface WireBody {
  readonly messages: readonly WireMessage[];
  readonly tools?: readonly WireTool[];
  readonly tool_choice?: WireToolChoice;
  readonly response_format?: WireResponseFormat;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
}

/** A streamed piece of a call. `index` identifies the call; ids and names may arrive late or never. */
export interface RawCallDelta {
  readonly index: number;
  readonly id?: string;
  readonly name?: string;
  readonly arguments?: string;
}

/** The content of one streamed chunk. */
export interface RawDelta {
  readonly text?: string;
  readonly reasoning?: string;
  readonly calls?: readonly RawCallDelta[];
}

/** A call as the server sent it; `arguments` is text that should be JSON. */
export interface RawCall {
  readonly id?: string;
  readonly name: string;
  readonly arguments: string;
}

/** Token counts of one request, or the sum of several. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The part of `inputTokens` that the server took from its prefix cache. */
  readonly cachedInputTokens: number;
}

/** Why the server ended the reply; every unknown reason is `other`. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other';

/** One whole reply as the server sent it. */
export interface RawReply {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly RawCall[];
  readonly finishReason: FinishReason;
  /** Missing if the server sent no counts. */
  readonly usage?: Usage;
  /** Tokens that the server counted after the last piece that it sent. Missing if there are none, or if its pieces have no counts. */
  readonly silentTokens?: number;
  /** The server's id for the reply. */
  readonly id?: string;
  /** Whether the reasoning may be the answer: the request switched thinking off, and nothing else came. */
  readonly mayAnswerInReasoning?: boolean;
  /** Changes that were made while the reply was read. */
  readonly fixes?: readonly Fix[];
}
