import type { FinishReason, RawDelta, RawReply, Usage } from '../dialect/wire.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { CallCollector } from './call-collector.ts';

/** The server sent an error in place of a reply, or in the middle of one. */
export class ServerFault extends Error {
  /** The server's JSON, unchanged. */
  readonly body: JsonValue;

  constructor(body: JsonValue) {
    super('The server sent an error in place of a reply.');
    this.body = body;
  }
}

/**
 * Builds one reply from a server's JSON: from one whole completion, or from its chunks one by one.
 * It accepts every form that OpenAI-compatible servers are known to send: `message` in place of `delta`, content as text
 * or as parts, `refusal`, `reasoning` and `reasoning_content`, the legacy `function_call`, usage on any chunk, no choices.
 * It uses only the first of several choices.
 */
export class ReplyBuilder {
  /** How many JSON values were added. */
  taken = 0;
  #text = '';
  #reasoning = '';
  #newText = '';
  #newReasoning = '';
  #calls: CallCollector | undefined;
  #finish: string | undefined;
  #usage: JsonObject | undefined;
  #hasNewContent = false;
  /** Output tokens at the last piece, if the server sends counts with its pieces. */
  #countAtPiece: number | undefined;
  #id: string | undefined;

  /** Adds one whole completion or one chunk. Throws `ServerFault` if it is an error. */
  add(value: JsonValue): void {
    if (!isJsonObject(value)) throw new ServerFault(value);
    if (isFault(value)) throw new ServerFault(value);
    this.taken += 1;
    const { choices, usage, id } = value;
    if (isJsonObject(usage)) this.#usage = usage;
    if (this.#id === undefined && typeof id === 'string' && id !== '') this.#id = id;
    if (Array.isArray(choices)) this.#addChoices(choices);
    if (!this.#hasNewContent) return;
    this.#hasNewContent = false;
    this.#countAtPiece = isJsonObject(usage) ? toCount(usage.completion_tokens) : undefined;
  }

  /** Adds a chunk that contains only a piece of text. */
  addPiece(text: string): void {
    this.taken += 1;
    if (text === '') return;
    this.#text += text;
    this.#newText += text;
    this.#countAtPiece = undefined;
  }

  /** Whether the server has sent a finish reason, so the reply is complete. */
  get isFinished(): boolean {
    return this.#finish !== undefined;
  }

  /** What was added since the last call; `undefined` if that is nothing that a parser can use. */
  takeDelta(): RawDelta | undefined {
    const calls = this.#calls?.takeDeltas();
    const text = this.#newText;
    const reasoning = this.#newReasoning;
    if (text === '' && reasoning === '' && calls === undefined) return undefined;
    this.#newText = '';
    this.#newReasoning = '';
    // Most deltas contain only text, and one object literal per shape is fast.
    if (reasoning === '' && calls === undefined) return { text };
    return {
      ...(text !== '' && { text }),
      ...(reasoning !== '' && { reasoning }),
      ...(calls !== undefined && { calls }),
    };
  }

  /** The reply so far. */
  reply(): RawReply {
    const usage = this.#usage === undefined ? undefined : toUsage(this.#usage);
    const silentTokens = (usage?.outputTokens ?? 0) - (this.#countAtPiece ?? Infinity);
    const reply: { -readonly [Field in keyof RawReply]: RawReply[Field] } = {
      text: this.#text,
      reasoning: this.#reasoning,
      calls: this.#calls?.calls() ?? [],
      finishReason: toFinishReason(this.#finish),
    };
    if (usage !== undefined) reply.usage = usage;
    if (silentTokens > 0) reply.silentTokens = silentTokens;
    if (this.#id !== undefined) reply.id = this.#id;
    return reply;
  }

  #addChoices(choices: readonly JsonValue[]): void {
    for (const choice of choices) {
      if (!isJsonObject(choice)) continue;
      const { index, delta, message, finish_reason: finish } = choice;
      if (typeof index === 'number' && index !== 0) continue;
      if (isJsonObject(delta)) this.#addMessage(delta);
      else if (isJsonObject(message)) this.#addMessage(message);
      if (typeof finish === 'string' && finish !== '') this.#finish = finish;
    }
  }

  #addMessage(message: JsonObject): void {
    const { content, refusal, reasoning, reasoning_content, tool_calls, function_call } = message;
    if (typeof content === 'string') this.#addText(content);
    else if (Array.isArray(content)) this.#addText(textOfParts(content));
    if (typeof refusal === 'string') this.#addText(refusal);
    // Privatemode's proxy sends the same reasoning under both names (inference-proxy, until 2026-05).
    const newReasoning = nonEmptyText(reasoning) ?? nonEmptyText(reasoning_content);
    if (newReasoning !== undefined) {
      this.#hasNewContent = true;
      this.#reasoning += newReasoning;
      this.#newReasoning += newReasoning;
    }
    if (Array.isArray(tool_calls)) this.#addCalls(tool_calls);
    if (isJsonObject(function_call)) this.#addCalls([{ index: 0, function: function_call }]);
  }

  #addText(text: string): void {
    if (text !== '') this.#hasNewContent = true;
    this.#text += text;
    this.#newText += text;
  }

  #addCalls(pieces: readonly JsonValue[]): void {
    if (pieces.length === 0) return;
    this.#hasNewContent = true;
    this.#calls ??= new CallCollector();
    this.#calls.add(pieces);
  }
}

/** Whether a server's JSON is an error and not a reply. */
export function isFault(value: JsonObject): boolean {
  const { error, object, choices, message } = value;
  if (error !== undefined && error !== null) return true;
  // Older vLLM sends it without nesting: {"object":"error","message":"…"}.
  return object === 'error' || (choices === undefined && typeof message === 'string');
}

function textOfParts(parts: readonly JsonValue[]): string {
  return parts
    .map((part) => (isJsonObject(part) && typeof part.text === 'string' ? part.text : ''))
    .join('');
}

function nonEmptyText(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** text-generation-inference sends `eos_token` and `stop_sequence` for `stop`. */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['stop', 'stop'],
  ['eos_token', 'stop'],
  ['stop_sequence', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
]);

function toFinishReason(reason: string | undefined): FinishReason {
  return finishReasons.get(reason ?? '') ?? 'other';
}

function toUsage(usage: JsonObject): Usage {
  const details = usage.prompt_tokens_details;
  return {
    inputTokens: toCount(usage.prompt_tokens),
    outputTokens: toCount(usage.completion_tokens),
    cachedInputTokens: isJsonObject(details) ? toCount(details.cached_tokens) : 0,
  };
}

function toCount(value: JsonValue | undefined): number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : 0;
}
