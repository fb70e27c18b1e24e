import type { RawDelta, RawReply } from '../dialect/wire.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { PieceTemplate } from './piece-template.ts';
import { isFault, ReplyBuilder } from './reply-builder.ts';
import { createEventReader, type EventReader } from './sse.ts';

/** The body ended, or could not be parsed, before the reply was complete. */
export class BrokenReply extends Error {}

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
  readonly #builder = new ReplyBuilder();
  readonly #onData: ((data: string) => void) | undefined;
  #events: EventReader | undefined;
  #whole: Uint8Array[] | undefined;
  #undecided: Uint8Array[] = [];
  #isDone = false;
  #template: PieceTemplate | undefined;
  #templates = 0;

  /** `onData` receives every piece of data as it is parsed. */
  constructor(onData?: (data: string) => void) {
    this.#onData = onData;
  }

  /** Whether the server has sent `[DONE]`. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether the server has sent a finish reason or `[DONE]`. Nothing else is needed then. */
  get isComplete(): boolean {
    return this.#isDone || this.#builder.isFinished;
  }

  /** How many chunks the server has sent. Comments and pings do not count. */
  get chunks(): number {
    return this.#builder.taken;
  }

  /** Takes pieces of the body. Throws `ServerFault` or `BrokenReply`. */
  feed(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      if (this.#events !== undefined) this.#events.feed(piece);
      else if (this.#whole !== undefined) this.#whole.push(piece);
      else this.#decideKind(piece);
    }
  }

  /** What came since the last time; `undefined` when nothing came. */
  takeDelta(): RawDelta | undefined {
    return this.#builder.takeDelta();
  }

  /** The body is over. Throws `ServerFault`, `ForeignBody`, or `BrokenReply` when the reply is not whole. */
  end(): void {
    if (this.#events !== undefined) this.#events.end();
    else this.#takeWhole(textOf(this.#whole ?? this.#undecided));
    if (!this.isComplete) {
      throw new BrokenReply('The stream ended before the reply was complete.');
    }
  }

  /** The reply so far. */
  reply(): RawReply {
    return this.#builder.reply();
  }

  #decideKind(piece: Uint8Array): void {
    this.#undecided.push(piece);
    const first = firstByte(this.#undecided);
    if (first === undefined) return;
    const pieces = this.#undecided;
    this.#undecided = [];
    if (startsWhole.has(first)) this.#whole = pieces;
    else {
      this.#events = createEventReader((event) => this.#takeEvent(event.data));
      for (const early of pieces) this.#events.feed(early);
    }
  }

  #takeEvent(data: string): void {
    this.#onData?.(data);
    if (this.#isDone || data === '') return;
    const piece = this.#template?.read(data);
    if (piece !== undefined) this.#builder.addPiece(piece);
    else if (data.startsWith('[DONE]')) this.#isDone = true;
    else this.#takeChunk(data);
  }

  #takeChunk(data: string): void {
    const value = parseReplyJson(data);
    this.#builder.add(value);
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
    const value = parseReplyJson(text);
    if (isJsonObject(value) && !('choices' in value) && !isFault(value))
      throw new ForeignBody(body);
    this.#builder.add(value);
    // Some servers omit finish_reason in a whole reply. Its JSON is complete anyway.
    this.#isDone = true;
  }
}

/** The most templates that are made for one reply. The first chunk may also contain a role, later ones not. */
const mostTemplates = 4;

/** `{`, `[`, `"`, `<`: a line of an event stream never starts with these. */
const startsWhole: ReadonlySet<number> = new Set([0x7b, 0x5b, 0x22, 0x3c]);

/** White space, and the three bytes of a byte order mark. */
const skippedBytes: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

function firstByte(pieces: readonly Uint8Array[]): number | undefined {
  for (const piece of pieces) {
    for (const byte of piece) {
      if (!skippedBytes.has(byte)) return byte;
    }
  }
  return undefined;
}

/** Avoids a copy if the body arrived in one piece. */
function textOf(pieces: readonly Uint8Array[]): string {
  const [first] = pieces;
  const isOne = pieces.length === 1 && Buffer.isBuffer(first);
  return (isOne ? first : Buffer.concat(pieces)).toString('utf8');
}

function parseReplyJson(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BrokenReply('The server sent JSON that is incomplete or invalid.', { cause: error });
  }
}
