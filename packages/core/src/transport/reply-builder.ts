import type { RawDelta, RawReply } from '../dialect/wire.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { BrokenReply } from './broken-reply.ts';
import { CallCollector } from './call-collector.ts';
import { readFinishReason, type ServerFinish } from './finish-reason.ts';
import type { PiecePlace } from './piece-template.ts';
import { type ReplyContent, readContent } from './read-content.ts';
import { findUsage, readCount, readUsage } from './read-usage.ts';
import type { RequestedReply } from './requested-reply.ts';
import { toRawReply } from './to-raw-reply.ts';

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
  readonly #requested: RequestedReply;
  #text = '';
  #reasoning = '';
  #newText = '';
  #newReasoning = '';
  #calls: CallCollector | undefined;
  #finish: ServerFinish | undefined;
  #usage: JsonObject | undefined;
  #hasNewContent = false;
  /** Whether a `delta` has arrived. */
  #hasDeltas = false;
  /** Output tokens at the last piece, if the server sends counts with its pieces. */
  #countAtPiece: number | undefined;
  #id: string | undefined;

  constructor(requested: RequestedReply) {
    this.#requested = requested;
  }

  /** Adds one chunk of a stream. Throws `ServerFault` if it is an error, and `BrokenReply` if it ends an incomplete reply. */
  addChunk(value: JsonValue): void {
    this.#add(value, { isWhole: false });
  }

  /** Adds one whole completion. Throws like {@link addChunk}. */
  addWhole(value: JsonValue): void {
    this.#add(value, { isWhole: true });
  }

  /** Adds chunks that contain only pieces of text, which are joined in `text`. */
  addPieces(text: string, chunks: number, place: PiecePlace): void {
    this.taken += chunks;
    if (text === '') return;
    this.#countAtPiece = undefined;
    if (place.kind === 'content') this.#newText += text;
    else if (place.kind === 'reasoning') this.#newReasoning += text;
    else {
      this.#calls ??= new CallCollector();
      this.#calls.addArguments(place.call, text);
    }
  }

  /** The server's finish reason; `undefined` as long as it has not sent one. */
  get finish(): ServerFinish | undefined {
    return this.#finish;
  }

  /** What was added since the last call; `undefined` if that is nothing that a parser can use. */
  takeDelta(): RawDelta | undefined {
    const calls = this.#calls?.takeDeltas();
    const text = this.#newText;
    const reasoning = this.#newReasoning;
    if (text === '' && reasoning === '' && calls === undefined) return undefined;
    this.#settle();
    // Most deltas contain only text, and one object literal per shape is fast.
    if (reasoning === '' && calls === undefined) return { text };
    return {
      ...(text !== '' && { text }),
      ...(reasoning !== '' && { reasoning }),
      ...(calls !== undefined && { calls }),
    };
  }

  /** A text of a million pieces would be slow to read, so each delta is added as a whole. */
  #settle(): void {
    this.#text += this.#newText;
    this.#reasoning += this.#newReasoning;
    this.#newText = '';
    this.#newReasoning = '';
  }

  /** The reply so far. */
  reply(): RawReply {
    const text = this.#text + this.#newText;
    const reasoning = this.#reasoning + this.#newReasoning;
    const usage = this.#usage === undefined ? undefined : readUsage(this.#usage);
    return toRawReply(
      {
        text,
        reasoning,
        calls: this.#calls?.calls() ?? [],
        emptyCalls: this.#calls?.placeholders ?? 0,
        finish: this.#finish,
        usage,
        silentTokens: (usage?.outputTokens ?? 0) - (this.#countAtPiece ?? Infinity),
        id: this.#id,
      },
      this.#requested,
    );
  }

  #add(value: JsonValue, form: ReplyForm): void {
    if (!isJsonObject(value) || isFault(value)) throw new ServerFault(value);
    this.taken += 1;
    const { choices, usage, id } = value;
    if (isJsonObject(usage)) this.#usage = usage;
    if (this.#id === undefined && typeof id === 'string' && id !== '') this.#id = id;
    if (Array.isArray(choices)) this.#addChoices(choices, form);
    if (this.#finish !== undefined) this.#usage ??= findUsage(value);
    if (!this.#hasNewContent) return;
    this.#hasNewContent = false;
    this.#countAtPiece = isJsonObject(usage) ? readCount(usage.completion_tokens) : undefined;
  }

  #addChoices(choices: readonly JsonValue[], form: ReplyForm): void {
    for (const choice of choices) {
      if (!isJsonObject(choice)) continue;
      const { index, delta, message } = choice;
      if (typeof index === 'number' && index !== 0) continue;
      const finish = finishOf(choice);
      throwIfBroken(choice, finish);
      if (isJsonObject(delta)) this.#addDelta(delta, form);
      else if (isJsonObject(message)) this.#addMessage(message, form);
      this.#finish = moreCareful(this.#finish, finish);
    }
  }

  #addDelta(delta: JsonObject, form: ReplyForm): void {
    this.#hasDeltas = true;
    this.#addContent(readContent(delta), form);
  }

  /** Adds a whole message, or the pieces of a server that sends `message` in place of `delta`. */
  #addMessage(message: JsonObject, form: ReplyForm): void {
    const content = readContent(message);
    if (!this.#hasDeltas) {
      this.#addContent(content, form);
      return;
    }
    // After deltas, some servers send the whole message once more.
    const text = withoutRepeat(content.text, this.#text + this.#newText);
    const reasoning = withoutRepeat(content.reasoning, this.#reasoning + this.#newReasoning);
    this.#addContent({ text, reasoning, calls: [] }, form);
    if (content.calls.length === 0) return;
    this.#hasNewContent = true;
    this.#calls ??= new CallCollector();
    this.#calls.addSummary(content.calls);
  }

  #addContent({ text, reasoning, calls }: ReplyContent, { isWhole }: ReplyForm): void {
    if (text !== '' || reasoning !== '' || calls.length > 0) this.#hasNewContent = true;
    this.#newText += text;
    this.#newReasoning += reasoning;
    if (calls.length === 0) return;
    this.#calls ??= new CallCollector();
    if (isWhole) this.#calls.addWholeCalls(calls);
    else this.#calls.addPieces(calls);
  }
}

/** What a message adds to the text that is known already: nothing if it repeats it, the rest if it begins with it. */
function withoutRepeat(text: string, known: string): string {
  const start = known.trim();
  const repeated = text.trimStart();
  return start !== '' && repeated.startsWith(start) ? repeated.slice(start.length).trimEnd() : text;
}

interface ReplyForm {
  readonly isWhole: boolean;
}

/**
 * OpenRouter also sends the reason of the provider, and its own may be `stop` although the provider reports an error. Gateways
 * leave the `done_reason` of Ollama and the `stop_reason` of Anthropic in the choice. In vLLM, `stop_reason` next to `stop` is a
 * text that the user chose.
 */
function finishOf(choice: JsonObject): ServerFinish | undefined {
  const { finish_reason, native_finish_reason, done_reason, stop_reason } = choice;
  const finish = readFinishReason(finish_reason);
  const others = [native_finish_reason, done_reason, finish?.text === 'stop' ? null : stop_reason];
  const incomplete = others
    .map((reason) => readFinishReason(reason))
    .find((each) => each !== undefined && incompleteMeanings.has(each.meaning));
  return incomplete ?? finish;
}

const incompleteMeanings: ReadonlySet<ServerFinish['meaning']> = new Set([
  'length',
  'content-filter',
  'error',
]);

/** Some servers send a second reason. One that does not allow calls to run is not replaced by one that does. */
function moreCareful(
  known: ServerFinish | undefined,
  next: ServerFinish | undefined,
): ServerFinish | undefined {
  const isFinal = known?.meaning === 'length' || known?.meaning === 'content-filter';
  return isFinal && next?.meaning !== 'content-filter' ? known : (next ?? known);
}

/** Whether a server's JSON is an error and not a reply. */
export function isFault(value: JsonObject): boolean {
  const { error, object, choices, usage, code, status } = value;
  if (!isNothing(error)) return true;
  // Older vLLM sends it without nesting: {"object":"error","message":"…"}.
  if (object === 'error') return true;
  const hasChoices = Array.isArray(choices) ? choices.length > 0 : !isNothing(choices);
  if (hasChoices || isJsonObject(usage)) return false;
  // FastAPI sends `detail`, and gateways have their own fields.
  return (
    [code, status].some((each) => typeof each === 'number' && each >= 400) ||
    errorFields.some((field) => hasText(value[field]))
  );
}

const errorFields = [
  'message',
  'detail',
  'errors',
  'msg',
  'error_message',
  'error_msg',
  'errorMessage',
  'fault',
  'faultstring',
];

function hasText(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return value !== '';
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/** Throws if the choice contains an error, or ends with a reason that means one. */
function throwIfBroken(choice: JsonObject, finish: ServerFinish | undefined): void {
  const error = errorIn(choice) ?? errorIn(choice.delta) ?? errorIn(choice.message);
  if (error === undefined) {
    if (finish?.meaning !== 'error') return;
    const message = `The server stopped with finish_reason "${finish.text}".`;
    throw new BrokenReply(message, { serverMessage: finish.text });
  }
  const code = isJsonObject(error) ? Number(error.code) : Number.NaN;
  // A client error is explained like a failed response: the same request fails again.
  if (code >= 400 && code < 500 && !transientCodes.has(code)) throw new ServerFault({ error });
  const serverMessage = textOfError(error);
  throw new BrokenReply(`The server stopped with an error: "${serverMessage}".`, { serverMessage });
}

/** The error of a choice or of its message; `undefined` if there is none, or if it is empty. */
function errorIn(value: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(value) && !isNothing(value.error) ? value.error : undefined;
}

/** Request timeout, conflict, too early, too many requests. */
const transientCodes: ReadonlySet<number> = new Set([408, 409, 425, 429]);

function textOfError(error: JsonValue): string {
  const text = isJsonObject(error) && typeof error.message === 'string' ? error.message : error;
  return typeof text === 'string' ? text : JSON.stringify(text);
}

/** Some servers send an empty `error` with every reply. */
function isNothing(error: JsonValue | undefined): error is undefined | null | false | '' {
  if (isJsonObject(error)) return Object.keys(error).length === 0;
  return error === undefined || error === null || error === false || error === '';
}
