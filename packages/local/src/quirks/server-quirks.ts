import type { ChatRequest } from '../chat/chat-request.ts';
import type { Delta, ReplyParser } from '../chat/reply-parser.ts';
import type { Image, ImageError } from '../images.ts';
import type { Json, JsonObject } from '../json.ts';
import type { ServerError } from '../server-error.ts';

/** The servers that the endpoint can imitate. */
export type QuirksName =
  | 'vllm'
  | 'vllm-0.32'
  | 'llama.cpp-2025'
  | 'llama.cpp-2026'
  | 'llama.cpp-2026-silent'
  | 'ollama'
  | 'small-model'
  | 'none';

/** The settings of a server. */
export interface ServerFacts {
  models: readonly string[];
  /** Tokens of prompt and reply together. */
  contextWindow: number;
  /** Whether the chat template of the model refuses a wrong order of roles. */
  isStrict: boolean;
}

/** A request that is ready for the model: its prompt, its grammar, and the parser of its reply. */
export interface Prepared {
  prompt: string;
  /** The schema that constrained decoding enforces on the whole reply. */
  grammar?: JsonObject;
  /** The schema of an answer; it does not apply to calls. */
  answerGrammar?: JsonObject;
  parser: ReplyParser;
  /** Rewrites the reply of the stand-in if no grammar applies to it. */
  rewrite?(written: string): string;
  /** Text of a last assistant message that the server repeats at the start of the reply. */
  echo?: string;
}

/** A prepared request whose tokens were counted. */
export interface Fitted extends Prepared {
  promptTokens: number;
  /** The maximum number of tokens of the reply. */
  replyTokens: number;
}

/** Counts the tokens of a prompt, including images. */
export type CountTokens = (prompt: string) => number;

/** One imitated server, as data and a few pure functions. */
export interface ServerQuirks {
  name: QuirksName;
  /** The model ids that it lists by default. */
  models: readonly string[];
  ownedBy: string;
  /** Tokens of the default context window. */
  contextWindow: number;
  headers: Readonly<Record<string, string>>;
  /** The first delta of every stream. */
  firstDelta: Delta;
  /** Whether usage is in every chunk (`always`), or only in a last chunk if the request asks for it. */
  streamUsage: 'always' | 'when-asked';
  /** Additional fields of each message, and of each choice, in replies that are not streamed. */
  messageFields: Readonly<JsonObject>;
  choiceFields: Readonly<JsonObject>;
  /** Additional fields of the function in every delta of a call after its first. @default none */
  laterCallFields?: Readonly<JsonObject>;
  /** Whether `prompt_tokens_details` is part of usage. */
  reportsCachedTokens: boolean;
  /** Tokens of one image; `undefined` if the server does not accept images. */
  imageTokens: ((image: Image) => number) | undefined;
  /** Throws `ServerError` if the server refuses the body before it renders the prompt. */
  check(body: JsonObject, facts: ServerFacts): void;
  /** Renders the prompt. Throws `ServerError` if the template refuses the messages. */
  prepare(request: ChatRequest, facts: ServerFacts): Prepared;
  /** Fits prompt and reply into the context window. Throws `ServerError` if the prompt is too long. */
  fit(prepared: Prepared, request: ChatRequest, facts: ServerFacts, count: CountTokens): Fitted;
  /** The error for an image that cannot be read; `undefined` if the server does not accept images. */
  refuseImage(error: ImageError | undefined): ServerError;
  /** The error for a wrong or missing key. */
  refuseKey(): ServerError;
  /** Any other error, in the format of this server. */
  toError(status: number, message: string): ServerError;
  /** Additional paths for GET and POST, such as `/props`. */
  probes(facts: ServerFacts): Readonly<Record<string, (body: JsonObject) => Json>>;
}
