import { isJsonObject, type JsonValue } from '../json.ts';

/**
 * Parses stream chunks that differ from an earlier chunk only in one piece of text. Most chunks do, and parsing their whole
 * JSON again costs more than all other work per piece.
 */
export class PieceTemplate {
  readonly #before: string;
  readonly #after: string;

  private constructor(before: string, after: string) {
    this.#before = before;
    this.#after = after;
  }

  /**
   * Makes a template from a chunk, `data`, whose JSON is `value`. Returns `undefined` for a chunk that contains more than one
   * piece of text: token counts, a finish reason, an error, a second choice.
   */
  static of(data: string, value: JsonValue): PieceTemplate | undefined {
    const piece = pieceIn(value);
    if (piece === undefined || piece === '') return undefined;
    const text = JSON.stringify(piece);
    const at = data.lastIndexOf(text);
    if (at < 0) return undefined;
    const template = new PieceTemplate(data.slice(0, at), data.slice(at + text.length));
    return template.#isAtPiece() ? template : undefined;
  }

  /** The piece of text in a chunk; `undefined` if the chunk differs in more than that, or if its text has escapes. */
  read(data: string): string | undefined {
    if (!data.startsWith(this.#before) || !data.endsWith(this.#after)) return undefined;
    const text = data.slice(this.#before.length, data.length - this.#after.length);
    return plainText.test(text) ? text.slice(1, -1) : undefined;
  }

  /** Checks the position with another text, because the same text may also occur in another field or across two strings. */
  #isAtPiece(): boolean {
    const probe = 'another piece';
    try {
      return pieceIn(JSON.parse(`${this.#before}"${probe}"${this.#after}`)) === probe;
    } catch {
      return false;
    }
  }
}

/** A JSON string without escapes. */
const plainText = /^"[^"\\\p{Cc}]*"$/u;

function pieceIn(value: JsonValue): string | undefined {
  if (!isJsonObject(value) || !Array.isArray(value.choices) || value.choices.length !== 1) {
    return undefined;
  }
  const { choices, usage, error, object } = value;
  if (isJsonObject(usage) || (error ?? null) !== null || object === 'error') return undefined;
  const choice = choices[0] as JsonValue;
  if (!isJsonObject(choice) || (choice.index ?? 0) !== 0) return undefined;
  if ((choice.finish_reason ?? null) !== null || !isJsonObject(choice.delta)) return undefined;
  const { role: _role, content, ...others } = choice.delta;
  const isAlone = Object.values(others).every((other) => other === null);
  return isAlone && typeof content === 'string' ? content : undefined;
}
