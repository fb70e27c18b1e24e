import type { Cursor } from './cursor.ts';

/** Whether a number literal begins here, with or without a sign. */
export function isAtPythonNumber(cursor: Cursor): boolean {
  const character = cursor.peek();
  if (/\d/.test(character)) return true;
  if (character === '.') return /\d/.test(cursor.peek(1));
  return character === '-' || character === '+';
}

/**
 * Reads a Python number literal that JSON can represent. Throws `Unreadable` for others: `1j`, `007`, too large numbers.
 */
export function readPythonNumber(cursor: Cursor): number {
  const sign = cursor.takeWhile((character) => character === '-' || character === '+', 2);
  cursor.skipBlanks();
  const size = readRadix(cursor) ?? readDecimal(cursor);
  if (size === undefined) throw cursor.unreadable('A number has invalid syntax.');
  if (!Number.isFinite(size)) throw cursor.unreadable('A number is too large.');
  if (size === 0) return 0;
  return sign === '-' || sign === '+-' || sign === '-+' ? -size : size;
}

const radixes: ReadonlyMap<string, readonly [radix: number, digits: RegExp]> = new Map([
  ['x', [16, /[\da-f_]/i]],
  ['o', [8, /[0-7_]/]],
  ['b', [2, /[01_]/]],
]);

function readRadix(cursor: Cursor): number | undefined {
  const [radix, digits] = radixes.get(cursor.peek(1).toLowerCase()) ?? [];
  if (cursor.peek() !== '0' || radix === undefined || digits === undefined) return undefined;
  return cursor.attempt(() => {
    cursor.at += 2;
    const written = cursor.takeWhile((character) => digits.test(character)).replaceAll('_', '');
    return written === '' ? undefined : Number.parseInt(written, radix);
  });
}

function readDecimal(cursor: Cursor): number | undefined {
  const whole = takeDigits(cursor);
  const fraction = cursor.peek() === '.' ? `.${takeFraction(cursor)}` : '';
  if (whole === '' && fraction === '.') return undefined;
  if (whole === '' && fraction === '') return undefined;
  const exponent = takeExponent(cursor);
  // Python refuses `007`, and it may be a number or a text.
  if (/^0\d/.test(whole) && fraction === '' && exponent === '' && !/^0+$/.test(whole))
    return undefined;
  const size = Number(
    `${whole === '' ? '0' : whole}${fraction === '.' ? '' : fraction}${exponent}`,
  );
  const isInteger = fraction === '' && exponent === '';
  if (isInteger && !Number.isSafeInteger(size) && String(size) !== whole) {
    throw cursor.unreadable('A whole number is too large to be exact.');
  }
  return size;
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
