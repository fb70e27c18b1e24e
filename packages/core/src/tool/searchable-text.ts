import { isJsonObject, type JsonValue } from '../json.ts';

/** A text in the form in which values are looked up. */
export interface SearchableText {
  /** Lower case, without white space. */
  readonly letters: string;
  /** The places in `letters` before which the text had white space. */
  readonly gaps: ReadonlySet<number>;
  /** The numbers of the text, in every way in which they can be read. */
  readonly numbers: ReadonlySet<number>;
  /** The numbers that are part of a name, such as 14 in `A-14`. */
  readonly numbersInNames: ReadonlySet<number>;
}

/** Prepares a text for {@link occursIn}. */
export function searchableText(text: string): SearchableText {
  const plain = plainText(text.includes('\\') ? `${text}\n${withoutEscapes(text)}` : text);
  const numbers = new Set<number>();
  const numbersInNames = new Set<number>();
  for (const piece of piecesOf(text)) addNumbers(piece, numbers, numbersInNames);
  return { ...squeeze(plain.toLowerCase()), numbers, numbersInNames };
}

/**
 * Whether a value occurs in a text: a string without regard to case and white space, and not as a part of a longer number or
 * name; a number by its value, also with thousands separators or a currency. A number inside a name (`A-14`) counts only
 * if the value is an identifier.
 */
export function occursIn(
  text: SearchableText,
  value: string | number,
  { isIdentifier }: { readonly isIdentifier: boolean },
): boolean {
  if (typeof value === 'string' && holdsName(text, squeeze(plainText(value).toLowerCase()).letters))
    return true;
  const number = typeof value === 'number' ? value : numberOf(value);
  if (number === undefined) return false;
  return text.numbers.has(number) || (isIdentifier && text.numbersInNames.has(number));
}

/** The same text with one kind of dash, quote and digit, and without characters that cannot be seen. */
function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/[\u200b-\u200d\u2060\ufeff\u00ad]/g, '');
}

function withoutEscapes(text: string): string {
  const named: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: ' ', f: ' ' };
  return text.replaceAll(/\\(?:u([0-9a-f]{4})|(.))/gi, (_all, code, letter) =>
    code === undefined ? (named[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function squeeze(text: string): Pick<SearchableText, 'letters' | 'gaps'> {
  const gaps = new Set<number>();
  let letters = '';
  for (const word of text.split(/\s+/)) {
    gaps.add(letters.length);
    letters += word;
  }
  return { letters, gaps };
}

function holdsName({ letters, gaps }: SearchableText, name: string): boolean {
  if (name === '') return false;
  const isWord = /^\p{L}+$/u.test(name);
  for (let at = letters.indexOf(name); at >= 0; at = letters.indexOf(name, at + 1)) {
    const end = at + name.length;
    const startsName = !isInside(letters, gaps, { place: at, step: -1, isWord });
    // `Anna` occurs in `Annas`, but `b-2` does not occur in `b-22`.
    const endsName = isWord || !isInside(letters, gaps, { place: end, step: 1, isWord });
    if (startsName && endsName) return true;
  }
  return false;
}

interface Border {
  /** The place of the character after the border. */
  readonly place: number;
  /** In which direction the name may continue. */
  readonly step: 1 | -1;
  readonly isWord: boolean;
}

/**
 * Whether a name continues at a border, as in `b-22` or `a@shop.example`. Scripts without spaces have no borders of words.
 */
function isInside(
  letters: string,
  gaps: SearchableText['gaps'],
  { place, step, isWord }: Border,
): boolean {
  const inner = letters.charAt(step > 0 ? place - 1 : place);
  const next = letters.charAt(step > 0 ? place : place - 1);
  if (gaps.has(place) || !isLetter(inner)) return false;
  if (isLetter(next)) return true;
  const far = letters.charAt(step > 0 ? place + 1 : place - 2);
  return !isWord && '-.@+'.includes(next) && !gaps.has(place + step) && isLetter(far);
}

function isLetter(character: string): boolean {
  return /[\p{L}\p{N}_]/u.test(character) && !withoutSpaces().test(character);
}

const withoutSpaces = () =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** The numbers and strings of JSON, so that `[10,20]` is two numbers; the text itself if it is not JSON. */
function piecesOf(text: string): readonly (string | number)[] {
  if (!/^\s*[[{]/.test(text)) return [text];
  try {
    return leavesOf(JSON.parse(text));
  } catch {
    return [text];
  }
}

/** The strings and numbers in a value. */
export function leavesOf(value: JsonValue): readonly (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  if (Array.isArray(value)) return value.flatMap((each: JsonValue) => leavesOf(each));
  return isJsonObject(value) ? Object.values(value).flatMap(leavesOf) : [];
}

const currencies = 'EUR|USD|GBP|CHF|JPY|CNY|INR|CAD|AUD|SEK|NOK|DKK|PLN|Rs|Fr|kr';
const numberPattern = /(?<![\d.,])\d+(?:[.,'_]\d+| \d{3}(?!\d))*/g;
const currencyBefore = new RegExp(`(?<!\\p{L})(?:${currencies})\\.?$`, 'iu');

function addNumbers(piece: string | number, numbers: Set<number>, inNames: Set<number>): void {
  if (typeof piece === 'number') {
    numbers.add(piece);
    return;
  }
  const text = plainText(piece).replaceAll(/\d{4}-\d\d-\d\d(?:[T ][\d:.]+Z?)?/g, ' ');
  for (const { 0: written, index } of text.matchAll(numberPattern)) {
    const before = text.slice(Math.max(0, index - 8), index);
    const after = text.slice(index + written.length, index + written.length + 8);
    const isInName =
      (isNameBefore(before) && !currencyBefore.test(before)) || /^[\p{L}_]+-?\d/u.test(after);
    const isNegative = /(?:^|[^\p{L}\p{N}])-$/u.test(before);
    for (const reading of readingsOf(written)) {
      (isInName ? inNames : numbers).add(reading);
      if (isNegative) numbers.add(-reading);
    }
  }
}

function isNameBefore(before: string): boolean {
  const [last = ''] = /[\p{L}_](?=-?$)/u.exec(before) ?? [];
  return isLetter(last);
}

/** `1.234` is 1.234 or 1234; `1,234.50` is 1234.5. */
function readingsOf(written: string): readonly number[] {
  const groups = written.split(/[^\d]/);
  const separators = written.replaceAll(/\d/g, '');
  const last = groups.at(-1) ?? '';
  const readings: number[] = [];
  const isGrouped = (count: number) =>
    groups.slice(1, count).every(({ length }) => length === 3 || length === 2) &&
    (count < 2 || groups[count - 1]?.length === 3);
  if (new Set(separators).size <= 1 && isGrouped(groups.length)) {
    readings.push(Number(groups.join('')));
  }
  const mark = separators.at(-1);
  const isMarkNew = mark !== undefined && !separators.slice(0, -1).includes(mark);
  if ((mark === '.' || mark === ',') && isMarkNew && isGrouped(groups.length - 1)) {
    readings.push(Number(`${groups.slice(0, -1).join('')}.${last}`));
  }
  // `1,2,3` is a list.
  return readings.length > 0 ? readings : groups.map(Number);
}

/** The number of a text that is only a number, perhaps with a currency. A zero in front makes it a name, such as `007`. */
function numberOf(text: string): number | undefined {
  const bare = plainText(text).replaceAll(new RegExp(`\\p{Sc}|${currencies}|\\s`, 'giu'), '');
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(bare)) return undefined;
  return Number(bare);
}
