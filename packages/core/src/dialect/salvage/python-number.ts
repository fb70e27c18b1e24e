import { isExactNumber } from '../../schema/json-text/exact-number.ts';
import type { Cursor } from './cursor.ts';

/** Whether a number literal begins here, with or without a sign. */
export function isAtPythonNumber(cursor: Cursor): boolean {
  const character = cursor.peek();
  if (/\d/.test(character)) return true;
  if (character === '.') return /\d/.test(cursor.peek(1));
  return character === '-' || character === '+';
}

/**
 * Reads a Python number literal that JSON can represent. Returns the text of a number that JavaScript cannot hold exactly.
 * Throws `Unreadable` for other literals: `1j`, `007`.
 */
export function readPythonNumber(cursor: Cursor): number | string {
  const sign = cursor.takeWhile((character) => character === '-' || character === '+', 2);
  cursor.skipBlanks();
  const literal = readRadix(cursor) ?? readDecimal(cursor);
  if (literal === undefined) throw cursor.unreadable('A number has invalid syntax.');
  const isNegative = sign === '-' || sign === '+-' || sign === '-+';
  if (!isExactNumber(literal)) return isNegative ? `-${literal}` : literal;
  const size = Number(literal);
  return isNegative && size !== 0 ? -size : size;
}

const radixDigits: ReadonlyMap<string, RegExp> = new Map([
  ['x', /[\da-f_]/i],
  ['o', /[0-7_]/],
  ['b', /[01_]/],
]);

/** Returns the same number in decimal digits. */
function readRadix(cursor: Cursor): string | undefined {
  const radix = cursor.peek(1).toLowerCase();
  const digits = radixDigits.get(radix);
  if (cursor.peek() !== '0' || digits === undefined) return undefined;
  return cursor.attempt(() => {
    cursor.at += 2;
    const written = cursor.takeWhile((character) => digits.test(character)).replaceAll('_', '');
    return written === '' ? undefined : BigInt(`0${radix}${written}`).toString();
  });
}

function readDecimal(cursor: Cursor): string | undefined {
  const whole = takeDigits(cursor);
  const fraction = cursor.peek() === '.' ? `.${takeFraction(cursor)}` : '';
  if (whole === '' && fraction === '.') return undefined;
  if (whole === '' && fraction === '') return undefined;
  const exponent = takeExponent(cursor);
  // Python refuses `007`, and it may be a number or a text.
  if (/^0\d/.test(whole) && fraction === '' && exponent === '' && !/^0+$/.test(whole))
    return undefined;
  return `${whole === '' ? '0' : whole}${fraction === '.' ? '' : fraction}${exponent}`;
}

function takeFraction(cursor: Cursor): string {
  cursor.at += 1;
  return takeDigits(cursor);
}

function takeDigits(cursor: Cursor): string {
  let digits = cursor.takeWhile((character) => /\d/.test(character));
  while (digits !== '' && cursor.peek() === '_' && /\d/.test(cursor.peek(1))) {
    cursor.at += 1;
    digits += cursor.takeWhile((character) => /\d/.test(character));
  }
  return digits;
}

function takeExponent(cursor: Cursor): string {
  const sign = /[+-]/.test(cursor.peek(1)) ? 1 : 0;
  if (cursor.peek().toLowerCase() !== 'e' || !/\d/.test(cursor.peek(1 + sign))) return '';
  const written = cursor.text.slice(cursor.at, cursor.at + 1 + sign);
  cursor.at += 1 + sign;
  return written + takeDigits(cursor);
}
