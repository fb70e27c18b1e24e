import type { RawDelta, RawReply } from '../dialect/wire.ts';
import {
  isJsonObject,
  isNestedTooDeeply,
  type JsonValue,
  maxJsonDepth,
  parseJson,
} from '../json.ts';
import { mayHoldLargeNumber } from '../schema/json-text/exact-number.ts';
import { repairJson } from '../schema/json-text/repair-json.ts';
import { BrokenReply } from './broken-reply.ts';
import { PieceTemplate } from './piece-template.ts';
import { isFault, ReplyBuilder, ServerFault } from './reply-builder.ts';
import type { RequestedReply } from './requested-reply.ts';
import { createEventReader, type EventReader, type ServerSentEvent } from './sse.ts';

/** The body is not a reply of a model, for example a web page. */
export class ForeignBody extends Error {
  /** The body as text. */
  readonly body: string;

  constructor(body: string) {
    super('The body is not a reply of a model.');
    this.body = body;
  }
}

/**
 * Parses one reply from the bytes of a body, which may be split at any place. The first character decides whether the
 * body is one JSON value or Server-Sent Events: some servers send the kind that was not requested, or a wrong content type.
 */
export class ReplyReader {
  readonly #builder: ReplyBuilder;
  readonly #onData: ((data: string) => void) | undefined;
  #events: EventReader | undefined;
  #whole: Uint8Array[] | undefined;
  /** The start of a body that may be plain text instead of events, one character per byte. */
  #start: string | undefined = '';
  #isDone = false;
  /** The last line or event of a stream that is not part of a reply: perhaps an error that ended the stream. */
  #otherLine: string | undefined;
  #template: PieceTemplate | undefined;
  /** Templates since the last one that was used. */
  #templates = 0;

  /** `onData` receives every piece of data as it is parsed. */
  constructor(requested: RequestedReply, onData?: (data: string) => void) {
    this.#builder = new ReplyBuilder(requested);
    this.#onData = onData;
  }

  /** Whether the server has sent `[DONE]`. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether the server has sent `[DONE]` or a finish reason that Turnwise knows. Nothing else is needed then. */
  get isComplete(): boolean {
    const { finish } = this.#builder;
    return this.#isDone || (finish !== undefined && finish.meaning !== 'other');
  }

  /** Whether the body is one JSON value, of which a part has arrived. */
  get isWhole(): boolean {
    return this.#whole !== undefined;
  }

  /** How many chunks of a stream, or pieces of one JSON value, the server has sent. Comments and pings do not count. */
  get chunks(): number {
    return this.#builder.taken + (this.#whole?.length ?? 0);
  }

  /** Takes pieces of the body. Throws `ServerFault` or `BrokenReply`. */
  feed(pieces: readonly Uint8Array[]): void {
    // A server's chunks are small, and each piece would start the decoder and the parser again.
    const piece = joinPieces(pieces);
    if (this.#events !== undefined) this.#feedEvents(this.#events, piece);
    else if (this.#whole !== undefined) this.#whole.push(piece);
    else this.#decideKind(piece);
  }

  /** What came since the last time; `undefined` when nothing came. */
  takeDelta(): RawDelta | undefined {
    return this.#builder.takeDelta();
  }

  /** The body is over. Throws `ServerFault`, `ForeignBody`, or `BrokenReply` when the reply is not whole. */
  end(): void {
    if (this.#events !== undefined) this.#endEvents(this.#events);
    else this.#takeWhole(textOf(this.#whole ?? []));
    // A reply with an unknown finish reason is complete if its body ends properly.
    if (!this.#isDone && this.#builder.finish === undefined) {
      throw endedEarly(this.#otherLine);
    }
  }

  #endEvents(events: EventReader): void {
    events.end();
    const text = Buffer.from(this.#start ?? '', 'latin1').toString('utf8');
    const isEventStream = text.split(/[\r\n]+/).every((row) => /^(?:$|:|[a-z]+:)/.test(row));
    if (!isEventStream) throw new ForeignBody(text);
  }

  /** The reply so far. */
  reply(): RawReply {
    return this.#builder.reply();
  }

  /** Decides by the first byte that is not white space. Everything before it is dropped, so that it is read only once. */
  #decideKind(piece: Uint8Array): void {
    const start = piece.findIndex((byte) => !skippedBytes.has(byte));
    if (start < 0) return;
    const rest = piece.subarray(start);
    if (startsWhole.has(rest[0] ?? 0)) this.#whole = [rest];
    else {
      this.#events = createEventReader({
        onEvent: (event) => this.#takeEvent(event),
        onOtherLine: (written) => this.#takeOtherLine(written),
        takeKnown: (text, start) => this.#takeKnown(text, start),
      });
      this.#feedEvents(this.#events, rest);
    }
  }

  #feedEvents(events: EventReader, piece: Uint8Array): void {
    if (this.#start !== undefined && this.#start.length < longestStart) {
      this.#start += Buffer.from(piece).toString('latin1');
    }
    events.feed(piece);
  }

  #takeEvent({ data, event }: ServerSentEvent): void {
    this.#start = undefined;
    this.#onData?.(data);
    if (this.#isDone || isHeartbeat(data, event)) return;
    if (event === 'error') throw new ServerFault(parseJson(data) ?? data);
    const piece = this.#template?.read(data);
    if (this.#template !== undefined && piece !== undefined) {
      this.#templates = 0;
      this.#builder.addPieces(piece, 1, this.#template.place);
    } else for (const each of chunksIn(data)) this.#takeData(each);
  }

  #takeData(data: string): void {
    if (this.#isDone) return;
    if (doneMark.test(data)) this.#isDone = true;
    else this.#takeChunk(data);
  }

  /** llama.cpp has sent `error: {…}`, and gateways end a stream that failed with a line of JSON or text. */
  #takeOtherLine(written: string): void {
    const field = almostData.exec(written)?.[0];
    if (field !== undefined) {
      this.#takeEvent({ data: written.slice(field.length) });
      return;
    }
    const text = written.replace(/^error\s*:/i, '').trim();
    if (this.#isDone || text === '') return;
    const isNamed = text !== written.trim();
    // Lines that cannot be an error are not parsed, because there can be many.
    const value = isNamed || text.startsWith('{') ? parseJson(text) : undefined;
    if (isNamed || (isJsonObject(value) && isFault(value))) throw new ServerFault(value ?? text);
    this.#otherLine = text;
  }

  /** Takes events that differ from an earlier one only in a piece of text. */
  #takeKnown(text: string, start: number): number {
    const template = this.#template;
    if (template === undefined || this.#isDone || this.#onData !== undefined) return start;
    const { pieces, count, end } = template.readEvents(text, start);
    if (count > 0) {
      this.#templates = 0;
      this.#builder.addPieces(pieces, count, template.place);
    }
    return end;
  }

  #takeChunk(data: string): void {
    // Some servers send an error as plain text.
    if (!/^\s*[[{"]/.test(data)) throw new ServerFault(data);
    const value = parseEvent(data);
    this.#builder.addChunk(value);
    if (isJsonObject(value) && !('choices' in value) && !('usage' in value)) this.#otherLine = data;
    // Stop making templates if the server's chunks differ in more than their text.
    if (this.#templates === mostTemplates) return;
    const template = PieceTemplate.of(data, value);
    if (template === undefined) return;
    this.#template = template;
    this.#templates += 1;
  }

  #takeWhole(body: string): void {
    this.#onData?.(body);
    const text = body.trim();
    if (text === '') throw new BrokenReply('The server sent an empty body.');
    if (text.startsWith('<')) throw new ForeignBody(body);
    const parsed = parseReplyJson(text);
    // Google sends an error in a list.
    const value = Array.isArray(parsed) ? parsed[0] : parsed;
    const isReply = isJsonObject(value) && 'choices' in value && !Array.isArray(parsed);
    if (!isReply && !(isJsonObject(value) && isFault(value))) throw new ForeignBody(body);
    this.#builder.addWhole(value);
    // Some servers omit finish_reason in a whole reply. Its JSON is complete anyway.
    this.#isDone = true;
  }
}

function endedEarly(serverMessage: string | undefined): BrokenReply {
  const message = 'The stream ended before the reply was complete';
  return serverMessage === undefined
    ? new BrokenReply(`${message}.`)
    : new BrokenReply(`${message}: "${serverMessage}".`, { serverMessage });
}

/** Whether an event only keeps the connection open, as `data: ping`, `data: null` and `event: heartbeat` do. */
function isHeartbeat(data: string, event: string | undefined): boolean {
  if (data === '') return true;
  if (event !== undefined && heartbeat.test(event)) return true;
  return data.length < 20 && (heartbeat.test(data) || /^\s*(?:null|"")\s*$/.test(data));
}

const doneMark = /^\s*"?\[DONE\]/i;

/** `data:` in another form: in capitals, or after white space or a byte order mark. */
const almostData = /^\s*data\s*: ?/i;

/** The chunks in the data of an event: one per line if the server omits the empty lines between its events. */
function chunksIn(data: string): readonly string[] {
  if (!data.includes('\n')) return [data];
  const rows = data.split('\n').filter((row) => row.trim() !== '');
  return rows.every((row) => wholeObject.test(row) || doneMark.test(row)) ? rows : [data];
}

/** JSON that is valid over several lines has a line that is not like this. */
const wholeObject = /^\s*\{.*\}\s*$/;

const heartbeat = /^\s*\[?(?:ping|pong|heart-?beat|keep[-_ ]?alive)\]?\s*$/i;

/** The most templates in a row that are made without a use. The first chunk may also contain a role, later ones not. */
const mostTemplates = 4;

/** `{`, `[`, `"`, `<`: a line of an event stream never starts with these. */
const startsWhole: ReadonlySet<number> = new Set([0x7b, 0x5b, 0x22, 0x3c]);

/** White space, and the three bytes of a byte order mark. */
const skippedBytes: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

function textOf(pieces: readonly Uint8Array[]): string {
  const bytes = joinPieces(pieces);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** Avoids a copy if there is one piece. */
function joinPieces(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  return pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces);
}

/** Characters of a body without events that are kept for its error. */
const longestStart = 2_000;

function parseReplyJson(text: string): JsonValue {
  if (isNestedTooDeeply(text)) {
    throw new BrokenReply(`The server sent JSON with more than ${maxJsonDepth} levels.`);
  }
  try {
    const value: JsonValue = JSON.parse(text);
    return hasArgumentObject.test(text) ? withExactNumbers(text, value) : value;
  } catch (error) {
    throw new BrokenReply('The server sent JSON that is incomplete or invalid.', { cause: error });
  }
}

/** An event that is not JSON is a message of the server, unless it is a part of a reply that was cut off. */
function parseEvent(data: string): JsonValue {
  try {
    return parseReplyJson(data);
  } catch (error) {
    const isCutReply = /"(?:choices|delta)"/.test(data);
    if (!(error instanceof BrokenReply) || isCutReply || isNestedTooDeeply(data)) throw error;
    const message = `The server sent an event that is neither JSON nor a part of a reply: "${data}".`;
    throw new BrokenReply(message, { cause: error.cause, serverMessage: data });
  }
}

/** Ollama and others send arguments as an object and not as text. */
const hasArgumentObject = /"(?:arguments|parameters|input|args)"\s*:\s*[{[]/;

/** The same value with the digits of numbers that JavaScript cannot hold, so that no call gets another number. */
function withExactNumbers(text: string, value: JsonValue): JsonValue {
  if (!mayHoldLargeNumber(text)) return value;
  const exact = repairJson(text, { keepsLargeNumbers: true });
  return exact.ok ? exact.value : value;
}
