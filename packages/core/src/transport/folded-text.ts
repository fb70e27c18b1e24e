/** A text without its escapes, its case and what divides a word, and the places that its characters come from. */
export interface FoldedText {
  readonly text: string;
  /** The place of a character in the text before. */
  startOf(index: number): number;
  /** The place after a character in the text before. */
  endOf(index: number): number;
}

/**
 * Folds a text, so that a word is found in every form that a server writes: escaped for a URL, JSON or HTML, with line breaks, spaces
 * or invisible characters in it, in another case, and in both alphabets of base64. Takes linear time.
 */
export function foldText(source: string): FoldedText {
  const parts: Part[] = [];
  let text = '';
  let from = 0;
  for (const match of source.matchAll(escapeOrDivider)) {
    const { index, 0: found } = match;
    if (index > from) parts.push({ at: text.length, from });
    text += source.slice(from, index);
    from = index + found.length;
    const char = decode(match);
    if (char === '') continue;
    parts.push({ at: text.length, from: index, end: from });
    text += char;
  }
  if (from < source.length) parts.push({ at: text.length, from });
  const sourceOf = (index: number, isEnd: boolean): number => {
    const { at, from: start, end } = partAt(parts, index);
    return end === undefined ? start + index - at + Number(isEnd) : isEnd ? end : start;
  };
  return {
    text: fold(text + source.slice(from)),
    startOf: (index) => sourceOf(index, false),
    endOf: (index) => sourceOf(index, true),
  };
}

/** Characters that follow each other in both texts, or one that was escaped. */
interface Part {
  readonly at: number;
  readonly from: number;
  /** The end of an escape. */
  readonly end?: number;
}

function partAt(parts: readonly Part[], index: number): Part {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((parts[middle]?.at ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return parts[low] ?? { at: 0, from: 0 };
}

/** White space, also as Node prints it or as HTML, a character without width, or an escape. */
const escapeOrDivider =
  /(?:[\s'\u00ad\u200b-\u200d\u2060\ufeff]|<w?br ?\/?>|&nbsp;|data: )+(?:\+ ')?|\\{1,4}(?:u\{?0{0,4}([0-9a-f]{2})\}?|x([0-9a-f]{2}))|%(?:25)*([0-9a-f]{2})|&#x0{0,6}([0-9a-f]{2});|&#0{0,6}(\d{2,3});|&(amp|lt|gt|quot|apos);|\\+[rnt]?/gi;

const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function decode([, unicode, hex, inUrl, inHtml, decimal, name]: RegExpMatchArray): string {
  const digits = unicode ?? hex ?? inUrl ?? inHtml;
  if (digits === undefined && decimal === undefined) return names[name?.toLowerCase() ?? ''] ?? '';
  const char = String.fromCharCode(digits === undefined ? Number(decimal) : Number(`0x${digits}`));
  return /[\s'\u00ad]/.test(char) ? '' : char;
}

/** Keeps the length of the text. */
function fold(text: string): string {
  return text
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}
