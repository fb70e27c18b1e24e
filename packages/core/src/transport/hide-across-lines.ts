/** What is searched for, and what replaces it. */
export interface DividedSecret {
  readonly secret: string;
  /** The characters of its beginning that are enough to recognise it. */
  readonly least: number;
  readonly mark: string;
}

/**
 * Replaces every place where a text repeats a secret with line breaks in it, as in a message that a server wrapped. If the text
 * is cut off after the first `least` characters, that place is replaced too. Takes linear time for each secret.
 */
export function hideAcrossLines(text: string, secrets: readonly DividedSecret[]): string {
  if (text.search(lineBreak) === -1) return text;
  let kept = text;
  let joined = joinLines(kept);
  for (const secret of secrets) {
    const ranges = findRanges(joined, secret);
    if (ranges.length === 0) continue;
    kept = replaceRanges(kept, ranges, secret.mark);
    joined = joinLines(kept);
  }
  return kept;
}

/** A line break as a character, as an escape in JSON, in HTML, or as Node prints it, with the indentation after it. */
const lineBreak = /(?:[\r\n\u2028]|\\[rn]|\\u000[ad]|<w?br ?\/?>)(?:\s|\\+[rnt]|' \+|'|data: ?)*/gi;

interface JoinedLines {
  /** The text without its line breaks. */
  readonly text: string;
  /** The offsets of each part: in the joined text, and in the text before. */
  readonly parts: readonly { readonly at: number; readonly from: number }[];
}

function joinLines(source: string): JoinedLines {
  const parts: { at: number; from: number }[] = [];
  let text = '';
  let from = 0;
  for (const { index, 0: found } of source.matchAll(lineBreak)) {
    parts.push({ at: text.length, from });
    text += source.slice(from, endOfLine(source, from, index));
    from = index + found.length;
  }
  parts.push({ at: text.length, from });
  return { text: text + source.slice(from), parts };
}

/** The end of a line without blanks, and without the backslashes of an escape that was escaped again. */
function endOfLine(source: string, start: number, lineBreak: number): number {
  let end = lineBreak;
  while (end > start && blanks.has(source[end - 1])) end -= 1;
  return end;
}

const blanks: ReadonlySet<string | undefined> = new Set([' ', '\t', '\\']);

interface Range {
  readonly start: number;
  readonly end: number;
}

/** The places of a secret in the text before its lines were joined. */
function findRanges({ text, parts }: JoinedLines, { secret, least }: DividedSecret): Range[] {
  const start = secret.slice(0, least);
  const ranges: Range[] = [];
  let part = 0;
  const sourceOf = (place: number): number => {
    while ((parts[part + 1]?.at ?? Number.POSITIVE_INFINITY) <= place) part += 1;
    return place + (parts[part]?.from ?? 0) - (parts[part]?.at ?? 0);
  };
  let from = 0;
  for (let at = text.indexOf(start); at !== -1; at = text.indexOf(start, from)) {
    let length = start.length;
    while (length < secret.length && text[at + length] === secret[length]) length += 1;
    from = at + length;
    ranges.push({ start: sourceOf(at), end: sourceOf(from - 1) + 1 });
  }
  return ranges;
}

function replaceRanges(text: string, ranges: readonly Range[], mark: string): string {
  let kept = '';
  let from = 0;
  for (const { start, end } of ranges) {
    kept += text.slice(from, start) + mark;
    from = end;
  }
  return kept + text.slice(from);
}
