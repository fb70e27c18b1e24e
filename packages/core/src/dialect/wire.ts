import type { JsonObject } from '../json.ts';

/** A part of a message's content on the wire. */
export type WirePart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

/** Content of a message on the wire. */
export type WireContent = string | readonly WirePart[];

/** A past call on the wire. `arguments` is JSON text. */
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
  | { readonly role: 'assistant'; readonly content: null; readonly tool_calls: readonly WireCall[] }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: WireContent };

/** A tool on the wire. */
export interface WireTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: JsonObject;
  };
}

/** What the model may do with the tools. */
export type WireToolChoice =
  | 'auto'
  | 'none'
  | 'required'
  | { readonly type: 'function'; readonly function: { readonly name: string } };

/** The shape that the whole reply must have. */
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

/** The body of a request, but for `model` and `stream`, which the transport adds. */
export interface WireBody {
  readonly messages: readonly WireMessage[];
  readonly tools?: readonly WireTool[];
  readonly tool_choice?: WireToolChoice;
  readonly response_format?: WireResponseFormat;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_tokens?: number;
  readonly stop?: readonly string[];
  readonly seed?: number;
}

/** A piece of a call as it streams. `index` tells calls apart; ids and names may come late or never. */
export interface RawCallDelta {
  readonly index: number;
  readonly id?: string;
  readonly name?: string;
  readonly arguments?: string;
}

/** What one chunk of the network brought: at most one of these per chunk. */
export interface RawDelta {
  readonly text?: string;
  readonly reasoning?: string;
  readonly calls?: readonly RawCallDelta[];
}

/** A call as the server gave it; `arguments` is text that should be JSON. */
export interface RawCall {
  readonly id?: string;
  readonly name: string;
  readonly arguments: string;
}

/** Tokens of one request, or of several summed. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of the input that the server took from its prefix cache. */
  readonly cachedInputTokens: number;
}

/** Why the server stopped; anything that is not one of the first four is `other`. */
export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other';

/** One whole reply, as the server said it. */
export interface RawReply {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly RawCall[];
  readonly finishReason: FinishReason;
  /** Left out where the server sent none. */
  readonly usage?: Usage;
  /** Tokens that the server counted behind the last piece that it sent; left out where there are none, or its pieces carry no counts. */
  readonly silentTokens?: number;
  /** The server's id of the reply. */
  readonly id?: string;
}
