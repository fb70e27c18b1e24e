import { type Cursor, isLineBreak } from './cursor.ts';
import { readPythonEscape } from './python-escape.ts';
import {
  isNameCharacter,
  type PythonSource,
  skipTrivia,
  takeArgumentName,
} from './python-source.ts';

/** The place of a string: a colon follows a key, but never a value. */
export interface StringPlace {
  readonly isKey: boolean;
}

/** Whether a string literal begins here, with or without a prefix such as `r`. */
export function isAtPythonString(cursor: Cursor): boolean {
  return cursor.lookAhead(() => {
    cursor.takeWhile(isPrefix, 2);
    return isQuote(cursor.peek());
  });
}

/**
 * Reads a string literal and the string literals directly after it, which Python joins. Unknown escapes keep their
 * backslash; a line break inside single quotes is repaired. Throws `Unreadable` if the closing quote is missing.
 */
export function readPythonString(source: PythonSource, place: StringPlace): string {
  let text = readOneString(source, place);
  while (!source.hasRawQuotes && isNextAString(source.cursor)) {
    skipTrivia(source.cursor);
    text += readOneString(source, place);
  }
  return text;
}

interface Body {
  readonly closing: string;
  /** Whether backslashes are ordinary characters. */
  readonly isRaw: boolean;
  readonly inner: InnerQuotes;
}

function isPrefix(character: string): boolean {
  return character !== '' && 'rRuUbBfF'.includes(character);
}

function isQuote(character: string): boolean {
  return character === '"' || character === "'";
}

function isNextAString(cursor: Cursor): boolean {
  return cursor.lookAhead(() => {
    skipTrivia(cursor);
    return isAtPythonString(cursor);
  });
}

function readOneString(source: PythonSource, place: StringPlace): string {
  const { cursor } = source;
  const prefix = cursor.takeWhile(isPrefix, 2).toLowerCase();
  if (/[bf]/.test(prefix))
    throw cursor.unreadable(`A string with the prefix "${prefix}" is not plain text.`);
  const quote = cursor.peek();
  const triple = quote.repeat(3);
  const closing = cursor.isAt(triple) ? triple : quote;
  cursor.at += closing.length;
  return readBody(source, {
    closing,
    isRaw: prefix.includes('r'),
    inner: new InnerQuotes(source, quote, place),
  });
}

function readBody(source: PythonSource, body: Body): string {
  const { cursor, repairs } = source;
  const quote = body.closing.charAt(0);
  const isPlain = (character: string) =>
    character !== quote && character !== '\\' && !isLineBreak(character);
  let text = '';
  while (!cursor.isAtEnd()) {
    text += cursor.takeWhile(isPlain);
    const character = cursor.peek();
    if (character === '\\') text += readPythonEscape(source, body);
    else if (cursor.isAt(body.closing) && closesHere(source, body, text)) {
      cursor.at += body.closing.length;
      return text;
    } else {
      if (isLineBreak(character) && body.closing.length === 1)
        repairs.add('line break inside quotes');
      text += character;
      cursor.at += 1;
    }
  }
  throw cursor.unreadable('A quote is not closed.');
}

function closesHere(
  { hasRawQuotes }: PythonSource,
  { closing, inner }: Body,
  text: string,
): boolean {
  return !hasRawQuotes || closing.length === 3 || inner.mayClose(text);
}

/** Decides by the next characters whether a quote closes a string or is part of its text. */
class InnerQuotes {
  readonly #source: PythonSource;
  readonly #quote: string;
  readonly #place: StringPlace;
  #unpaired = 0;
  #hasInner = false;

  constructor(source: PythonSource, quote: string, place: StringPlace) {
    this.#source = source;
    this.#quote = quote;
    this.#place = place;
  }

  /**
   * Whether the quote at the cursor closes the string, whose text so far is `text`. Throws `Unreadable` if quotes inside
   * may belong to other arguments because one quote is missing.
   */
  mayClose(text: string): boolean {
    const { cursor, repairs } = this.#source;
    const before = cursor.text.charAt(cursor.at - 1);
    if (fitsAfterString(cursor, this.#place)) {
      if (this.#hasInner && looksLikeArguments(text)) {
        throw cursor.unreadable('It is not clear where a quoted text ends.');
      }
      if (this.#unpaired % 2 === 1)
        throw cursor.unreadable('The quotes inside quotes do not pair up.');
      return true;
    }
    if (before === '=' || isExpression(cursor)) {
      throw cursor.unreadable('It is not clear where a quoted text ends.');
    }
    if (this.#quote === '"' || !/[\p{L}\p{N}]/u.test(before)) this.#pair(before);
    this.#hasInner = true;
    repairs.add('quotes inside quotes');
    return false;
  }

  /** An apostrophe is single; other quotes inside a text come in pairs around some text. */
  #pair(before: string): void {
    const isOpening = this.#unpaired % 2 === 0;
    const follows = /[\p{L}\p{N}]/u.test(before);
    if (isOpening ? follows : before.trim() === '') {
      throw this.#source.cursor.unreadable('It is not clear where a quoted text ends.');
    }
    this.#unpaired += 1;
  }
}

function fitsAfterString(cursor: Cursor, { isKey }: StringPlace): boolean {
  return cursor.lookAhead(() => {
    cursor.at += 1;
    cursor.skipSpace();
    if (cursor.isAtEnd() || isClosing(cursor.peek())) return true;
    if (cursor.skip(':')) return isKey;
    if (!cursor.skip(',')) return takeArgumentName(cursor) !== undefined;
    skipTrivia(cursor);
    return cursor.isAtEnd() || isClosing(cursor.peek()) || isAtItem(cursor);
  });
}

/** Whether a text looks like `Rome", days=`, which would be inside quotes if one quote were missing. */
function looksLikeArguments(text: string): boolean {
  return /[,"']\s*[\p{L}_][\p{L}\p{N}_-]*\s*=/u.test(text);
}

function isClosing(character: string): boolean {
  return character === ')' || character === ']' || character === '}';
}

/** Whether a literal or `name=` follows, as it may after a comma. */
function isAtItem(cursor: Cursor): boolean {
  if (/["'\d+\-[{(]/.test(cursor.peek())) return true;
  if (takeArgumentName(cursor) !== undefined) return true;
  return /^(?:true|false|null|True|False|None)$/.test(cursor.takeWhile(isNameCharacter, 6));
}

/** Whether an expression continues after the quote, such as `+` or `.upper()`, or a comma or colon follows. */
function isExpression(cursor: Cursor): boolean {
  return cursor.lookAhead(() => {
    cursor.at += 1;
    cursor.skipSpace();
    if (/[+%*/:,]/.test(cursor.peek())) return true;
    return cursor.skip('.') && /[\p{L}_]/u.test(cursor.peek());
  });
}
