import { isJsonObject, type JsonValue } from '../json.ts';

/**
 * Reads the chunks of a stream that differ from one before in nothing but a piece of text. Most do, and reading the JSON around
 * it again costs more than anything else that is done for the piece.
 */
export class PieceTemplate {
  readonly #before: string;
  readonly #behind: string;

  private constructor(before: string, behind: string) {
    this.#before = before;
    this.#behind = behind;
  }

  /**
   * A template made of a chunk, `data`, that was read as `value`; `undefined` for a chunk that holds more than one piece of text:
   * counted tokens, a reason to stop, an error, another choice.
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

  /** The piece of text that a chunk holds; `undefined` where the chunk differs in more, or its text is not plain. */
  read(data: string): string | undefined {
    if (!data.startsWith(this.#before) || !data.endsWith(this.#behind)) return undefined;
    const text = data.slice(this.#before.length, data.length - this.#behind.length);
    return plainText.test(text) ? text.slice(1, -1) : undefined;
  }

  /** The same text could stand elsewhere too, even between two strings; what is read in its place tells. */
  #isAtPiece(): boolean {
    const probe = 'another piece';
    try {
      return pieceIn(JSON.parse(`${this.#before}"${probe}"${this.#behind}`)) === probe;
    } catch {
      return false;
    }
  }
}

/** JSON of a string in which every character stands for itself. */
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
