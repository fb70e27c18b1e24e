import type { RawDelta, RawReply } from '../dialect/wire.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { PieceTemplate } from './piece-template.ts';
import { isFault, ReplyBuilder } from './reply-builder.ts';
import { createEventReader, type EventReader } from './sse.ts';

/** A body that ended, or could not be read, before the reply was whole. */
export class BrokenReply extends Error {}

/** A body that is no reply of a model at all, such as a web page. */
export class ForeignBody extends Error {
  /** The body, as text. */
  readonly body: string;

  constructor(body: string) {
    super('The body is not a reply of a model.');
    this.body = body;
  }
}

/**
 * Reads one reply out of the bytes of a body, however they are cut. The body's first character tells whether it
 * is one JSON value or Server-Sent Events: servers answer with the other kind than asked for, and mislabel both.
 */
export class ReplyReader {
  readonly #builder = new ReplyBuilder();
  readonly #onData: ((data: string) => void) | undefined;
  #events: EventReader | undefined;
  #whole: Uint8Array[] | undefined;
  #unjudged: Uint8Array[] = [];
  #isDone = false;
  #template: PieceTemplate | undefined;
  #templates = 0;

  /** `onData` sees every piece of data as it is read. */
  constructor(onData?: (data: string) => void) {
    this.#onData = onData;
  }

  /** Whether the server has said `[DONE]`. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Whether the server has said why it stopped, or that it is done: nothing more is needed of it. */
  get isComplete(): boolean {
    return this.#isDone || this.#builder.isFinished;
  }

  /** How many chunks the server has sent; comments and pings are none. */
  get chunks(): number {
    return this.#builder.taken;
  }

  /** Takes pieces of the body. Throws `ServerFault` or `BrokenReply`. */
  feed(pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      if (this.#events !== undefined) this.#events.feed(piece);
      else if (this.#whole !== undefined) this.#whole.push(piece);
      else this.#judge(piece);
    }
  }

  /** What came since the last time; `undefined` when nothing came. */
  takeDelta(): RawDelta | undefined {
    return this.#builder.takeDelta();
  }

  /** The body is over. Throws `ServerFault`, `ForeignBody`, or `BrokenReply` when the reply is not whole. */
  end(): void {
    if (this.#events !== undefined) this.#events.end();
    else this.#takeWhole(textOf(this.#whole ?? this.#unjudged));
    if (!this.isComplete) {
      throw new BrokenReply('The stream ended before the reply was whole.');
    }
  }

  /** The reply so far. */
  reply(): RawReply {
    return this.#builder.reply();
  }

  #judge(piece: Uint8Array): void {
    this.#unjudged.push(piece);
    const first = firstByte(this.#unjudged);
    if (first === undefined) return;
    const pieces = this.#unjudged;
    this.#unjudged = [];
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
    const value = parseJson(data);
    this.#builder.add(value);
    // A server whose chunks differ in more than their text is not asked for one for ever.
    if (this.#templates === mostTemplates) return;
    const template = PieceTemplate.of(data, value);
    if (template === undefined) return;
    this.#template = template;
    this.#templates += 1;
  }

  #takeWhole(body: string): void {
    this.#onData?.(body);
    const text = body.trim();
    if (text === '') throw new BrokenReply('The server answered with an empty body.');
    if (text.startsWith('<')) throw new ForeignBody(body);
    const value = parseJson(text);
    if (isJsonObject(value) && !('choices' in value) && !isFault(value))
      throw new ForeignBody(body);
    this.#builder.add(value);
    // Some servers leave finish_reason out of a whole reply; its JSON is complete all the same.
    this.#isDone = true;
  }
}

/** Templates that are made for one reply at most: the first piece may stand beside a role, and the others not. */
const mostTemplates = 4;

/** `{`, `[`, `"`, `<`: no line of an event stream begins so. */
const startsWhole: ReadonlySet<number> = new Set([0x7b, 0x5b, 0x22, 0x3c]);

/** White space, and the three bytes of a byte order mark. */
const isEmptyEvent: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);

function firstByte(pieces: readonly Uint8Array[]): number | undefined {
  for (const piece of pieces) {
    for (const byte of piece) {
      if (!isEmptyEvent.has(byte)) return byte;
    }
  }
  return undefined;
}

/** A short body comes in one piece, which needs no copy. */
function textOf(pieces: readonly Uint8Array[]): string {
  const [first] = pieces;
  const isOne = pieces.length === 1 && Buffer.isBuffer(first);
  return (isOne ? first : Buffer.concat(pieces)).toString('utf8');
}

function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BrokenReply('The server sent JSON that is cut off or broken.', { cause: error });
  }
}
