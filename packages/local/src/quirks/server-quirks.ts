import type { ChatRequest } from '../chat/chat-request.ts';
import type { Delta, Hearing } from '../chat/hearing.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Picture, PictureError } from '../pictures.ts';
import type { ServerError } from '../server-error.ts';

/** The servers that can be imitated. */
export type QuirksName = 'vllm' | 'llama.cpp-2025' | 'llama.cpp-2026' | 'ollama' | 'none';

/** What a server knows about itself. */
export interface ServerFacts {
  models: readonly string[];
  /** Tokens of prompt and reply together. */
  contextWindow: number;
  /** Whether the model's chat template refuses a wrong order of roles. */
  isStrict: boolean;
}

/** A request ready for the model: what it sees, what it may write, and how its text is understood. */
export interface Prepared {
  prompt: string;
  /** The schema that constrained decoding enforces on the whole reply. */
  grammar?: JsonObject;
  /** The schema of an answer, where calls stay free of it. */
  answerGrammar?: JsonObject;
  hearing: Hearing;
  /** Text of a last assistant message that the server repeats at the start of the reply. */
  echo?: string;
}

/** Room for a reply, after the prompt was counted. */
export interface Fitted extends Prepared {
  promptTokens: number;
  /** The most tokens the reply may have. */
  replyTokens: number;
}

/** Counts tokens of a prompt, pictures included. */
export type CountTokens = (prompt: string) => number;

/** One imitated server, as data and a few pure functions. */
export interface ServerQuirks {
  name: QuirksName;
  /** Ids it lists when the caller names none. */
  models: readonly string[];
  ownedBy: string;
  /** Tokens, when the caller names no window. */
  contextWindow: number;
  headers: Readonly<Record<string, string>>;
  /** The first delta of every stream. */
  firstDelta: Delta;
  /** Whether usage stands in every chunk (`always`) or in a last chunk where the request asks. */
  streamUsage: 'always' | 'when-asked';
  /** Fields that each whole message, or each choice, has besides the usual ones. */
  messageFields: Readonly<JsonObject>;
  choiceFields: Readonly<JsonObject>;
  /** Whether `prompt_tokens_details` is part of usage. */
  reportsCachedTokens: boolean;
  /** Tokens of one picture, or `undefined` where the server cannot see. */
  pictureTokens: ((picture: Picture) => number) | undefined;
  /** Throws `ServerError` for a body that the server refuses before it renders anything. */
  check(body: JsonObject, facts: ServerFacts): void;
  /** Renders the prompt. Throws `ServerError` for a broken order of roles and the like. */
  prepare(request: ChatRequest, facts: ServerFacts): Prepared;
  /** Makes prompt and reply fit the window. Throws `ServerError` on overflow. */
  fit(prepared: Prepared, request: ChatRequest, facts: ServerFacts, count: CountTokens): Fitted;
  /** The error for a picture it cannot take. */
  refusePicture(error: PictureError | undefined): ServerError;
  /** The answer to a wrong or missing key. */
  refuseKey(): ServerError;
  /** Any other error in this server's shape. */
  toError(status: number, message: string): ServerError;
  /** Further GET and POST paths it answers, such as `/props`. */
  probes(facts: ServerFacts): Readonly<Record<string, (body: JsonObject) => Json>>;
}
