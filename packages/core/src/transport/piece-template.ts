import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** Where the piece of text of a chunk belongs. */
export type PiecePlace =
  | { readonly kind: 'content' }
  | { readonly kind: 'reasoning' }
  | { readonly kind: 'arguments'; readonly call: PieceOwner };

/** What identifies the call of a piece of arguments. */
export interface PieceOwner {
  readonly index: number | undefined;
  readonly id: string | undefined;
}

/**
 * Parses stream chunks that differ from an earlier chunk only in one piece of text. Most chunks do, and parsing their whole
 * JSON again costs more than all other work per piece.
 */
export class PieceTemplate {
  /** Where the pieces belong. */
  readonly place: PiecePlace;
  readonly #before: string;
  readonly #after: string;
  /** What comes before and after the text of an event, and between the texts of two events in a row. */
  readonly #head: string;
  readonly #tail: string;
  readonly #between: string;

  private constructor(place: PiecePlace, before: string, after: string) {
    this.place = place;
    this.#before = before;
    this.#after = after;
    this.#head = `data: ${before}"`;
    this.#tail = `"${after}\n\n`;
    this.#between = this.#tail + this.#head;
  }

  /**
   * Makes a template from a chunk, `data`, whose JSON is `value`. Returns `undefined` for a chunk that contains more than one
   * piece of text: token counts, a finish reason, an error, the name of a call, a second choice.
   */
  static of(data: string, value: JsonValue): PieceTemplate | undefined {
    const piece = pieceIn(value);
    if (piece === undefined || piece.text === '') return undefined;
    const text = JSON.stringify(piece.text);
    const at = data.lastIndexOf(text);
    if (at < 0) return undefined;
    const after = data.slice(at + text.length);
    const template = new PieceTemplate(piece.place, data.slice(0, at), after);
    return template.#isAtPiece() ? template : undefined;
  }

  /** The piece of text in a chunk; `undefined` if the chunk differs in more than that. */
  read(data: string): string | undefined {
    if (!data.startsWith(this.#before) || !data.endsWith(this.#after)) return undefined;
    const text = data.slice(this.#before.length, data.length - this.#after.length);
    if (plainText.test(text)) return text.slice(1, -1);
    return text.includes('\\') ? parseText(text) : undefined;
  }

  /**
   * Reads the events from `start` on that are the same chunk with other text, and joins their text. `end` is where the first
   * other event begins.
   */
  readEvents(text: string, start: number): KnownEvents {
    const head = this.#head;
    const tail = this.#tail;
    const between = this.#between;
    let pieces = '';
    let count = 0;
    let end = start;
    let isAtPiece = text.startsWith(head, start);
    while (isAtPiece) {
      const from = end + head.length;
      const { close, isPlain } = findClosingQuote(text, from);
      // One comparison reads the end of this event and the beginning of the next one. `startsWith` takes twice as long.
      isAtPiece = text.slice(close, close + between.length) === between;
      if (!isAtPiece && !text.startsWith(tail, close)) break;
      const written = text.slice(from, close);
      const piece = isPlain ? written : parseString(written);
      if (piece === undefined) break;
      pieces += piece;
      count += 1;
      end = close + tail.length;
    }
    return { pieces, count, end };
  }

  /** Checks the position with another text, because the same text may also occur in another field or across two strings. */
  #isAtPiece(): boolean {
    const probe = 'another piece';
    try {
      const piece = pieceIn(JSON.parse(`${this.#before}"${probe}"${this.#after}`));
      return piece?.text === probe && piece.place.kind === this.place.kind;
    } catch {
      return false;
    }
  }
}

/** Events of which only the text was read. */
interface KnownEvents {
  readonly pieces: string;
  readonly count: number;
  readonly end: number;
}

/**
 * Finds the quote that closes the string whose text begins at `from`; the end of the text if there is none. The string is
 * plain if it has no escapes and no control characters. Reads each character once, because most pieces are very short.
 */
function findClosingQuote(text: string, from: number): { close: number; isPlain: boolean } {
  let isPlain = true;
  let close = from;
  while (close < text.length) {
    const code = text.charCodeAt(close);
    if (code === quote) break;
    if (code === backslash) close += 1;
    if (code === backslash || code < 0x20 || (code > 0x7e && code < 0xa0)) isPlain = false;
    close += 1;
  }
  return { close, isPlain };
}

const quote = 0x22;
const backslash = 0x5c;

/** A JSON string without escapes. */
const plainText = /^"[^"\\\p{Cc}]*"$/u;

/** The text of a JSON string between its quotes. A piece that is one escape is frequent in streams of code and JSON. */
function parseString(written: string): string | undefined {
  return frequentEscapes.get(written) ?? parseText(`"${written}"`);
}

const frequentEscapes: ReadonlyMap<string, string> = new Map([
  ['\\n', '\n'],
  ['\\"', '"'],
  ['\\\\', '\\'],
  ['\\t', '\t'],
]);

function parseText(json: string): string | undefined {
  try {
    const text: unknown = JSON.parse(json);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

interface Piece {
  readonly place: PiecePlace;
  readonly text: string;
}

function pieceIn(value: JsonValue): Piece | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.choices) || value.choices.length !== 1) {
    return undefined;
  }
  const { choices, usage, error, object } = value;
  if (isJsonObject(usage) || (error ?? null) !== null || object === 'error') return undefined;
  const choice = choices[0] as JsonValue;
  if (!isJsonObject(choice) || (choice.index ?? 0) !== 0 || (choice.error ?? null) !== null) {
    return undefined;
  }
  if ((choice.finish_reason ?? null) !== null || !isJsonObject(choice.delta)) return undefined;
  return pieceOfDelta(choice.delta);
}

function pieceOfDelta({ role: _role, ...fields }: JsonObject): Piece | undefined {
  const filled = Object.entries(fields).filter(([, field]) => !isNothing(field));
  const [only] = filled;
  if (only === undefined || filled.length > 1) return undefined;
  const [name, field] = only;
  if (name === 'tool_calls') return pieceOfCall(field);
  const kind = placeOfField.get(name);
  return kind === undefined || typeof field !== 'string'
    ? undefined
    : { place: { kind }, text: field };
}

const placeOfField: ReadonlyMap<string, 'content' | 'reasoning'> = new Map([
  ['content', 'content'],
  ['reasoning', 'reasoning'],
  ['reasoning_content', 'reasoning'],
]);

function pieceOfCall(calls: JsonValue): Piece | undefined {
  const call = Array.isArray(calls) && calls.length === 1 ? (calls[0] as JsonValue) : undefined;
  if (!isJsonObject(call) || !isJsonObject(call.function)) return undefined;
  const { index, id, function: named } = call;
  if (!isNothing(named.name) || typeof named.arguments !== 'string') return undefined;
  // Other forms of them are rare, and parsed one by one.
  if (!isNothing(index) && typeof index !== 'number') return undefined;
  if (!isNothing(id) && typeof id !== 'string') return undefined;
  const owner: PieceOwner = {
    index: typeof index === 'number' ? index : undefined,
    id: typeof id === 'string' && id !== '' ? id : undefined,
  };
  return { place: { kind: 'arguments', call: owner }, text: named.arguments };
}

function isNothing(field: JsonValue | undefined): boolean {
  return (field ?? '') === '' || (Array.isArray(field) && field.length === 0);
}
