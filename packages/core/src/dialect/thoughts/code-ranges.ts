/** A part of a text: from `start` up to, and without, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * The Markdown code of a text: fences, and code spans within one line. A fence or a span without an end counts only if
 * `isWhole` is false, because its end may still follow. Linear in the length of the text.
 */
export function codeRanges(text: string, { isWhole }: { readonly isWhole: boolean }): Range[] {
  const lines = [...linesOf(text)];
  const ranges: Range[] = [];
  const neverClosed = new Set<string>();
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] as Line;
    const last = findFenceEnd(lines, index, { isWhole, neverClosed });
    if (last !== undefined) {
      ranges.push({ start: line.start, end: endOf(lines[last] as Line) });
      index = last;
      continue;
    }
    const isOpenEnded = !isWhole && index === lines.length - 1;
    for (const { start, end } of spansIn(line.text, isOpenEnded)) {
      ranges.push({ start: line.start + start, end: line.start + end });
    }
  }
  return ranges;
}

interface Line {
  readonly start: number;
  readonly text: string;
  /** The backticks or tildes of a line that can begin a fence. */
  readonly marker: string | undefined;
}

function* linesOf(text: string): Generator<Line> {
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const line = text.slice(start, end);
    // A backtick after the marker makes it a code span.
    const marker = /^\s*(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1];
    yield { start, text: line, marker };
    start = end + 1;
  }
}

function endOf({ start, text }: Line): number {
  return start + text.length;
}

/**
 * Index of the last line of the fence that begins at a line. `undefined` if no fence begins there, or if it has no end and
 * none can follow. `neverClosed` collects such markers, so that a text of many of them is not searched again and again.
 */
function findFenceEnd(
  lines: readonly Line[],
  first: number,
  { isWhole, neverClosed }: { readonly isWhole: boolean; readonly neverClosed: Set<string> },
): number | undefined {
  const opening = lines[first]?.marker;
  if (opening === undefined || neverClosed.has(opening)) return undefined;
  for (let index = first + 1; index < lines.length; index += 1) {
    const { text, marker = '' } = lines[index] as Line;
    if (marker.startsWith(opening) && text.trim() === marker) return index;
  }
  if (!isWhole) return lines.length - 1;
  neverClosed.add(opening);
  return undefined;
}

/** The code spans of one line: from a run of backticks to the next run of the same length. */
function spansIn(line: string, isOpenEnded: boolean): Range[] {
  if (!line.includes('`')) return [];
  const runs = [...line.matchAll(/`+/g)];
  const partnerOf = partners(runs.map(([run]) => run.length));
  const spans: Range[] = [];
  for (let index = 0; index < runs.length; index += 1) {
    const start = runs[index]?.index ?? 0;
    const partner = partnerOf[index];
    if (partner === undefined) {
      if (isOpenEnded) return [...spans, { start, end: line.length }];
      continue;
    }
    const last = runs[partner];
    spans.push({ start, end: (last?.index ?? 0) + (last?.[0].length ?? 0) });
    index = partner;
  }
  return spans;
}

/** For each length, the index of the next equal one. */
function partners(lengths: readonly number[]): (number | undefined)[] {
  const next = new Map<number, number>();
  const partnerOf: (number | undefined)[] = [];
  for (let index = lengths.length - 1; index >= 0; index -= 1) {
    const length = lengths[index] ?? 0;
    partnerOf[index] = next.get(length);
    next.set(length, index);
  }
  return partnerOf;
}
