import type { JournalRow } from '../store/run-store.ts';
import { type StoredRow, stateKey } from './messages.ts';
import type { RestateBlobs } from './restate-blobs.ts';
import type { ObjectContext } from './restate-sdk.ts';

/** Characters of the rows in one part of a stored journal. */
const partChars = 200_000;

/** Stores the journal of a segment in the object of its run: for its events, and to repair a run that failed. */
export function storeJournal(
  context: ObjectContext,
  segment: number,
  rows: readonly StoredRow[],
): void {
  const parts: StoredRow[][] = [[]];
  let chars = 0;
  for (const row of rows) {
    chars += charsOf(row);
    if (chars > partChars) {
      parts.push([]);
      chars = 0;
    }
    parts.at(-1)?.push(row);
  }
  for (const [part, list] of parts.entries()) context.set(stateKey.rows(segment, part), list);
  context.set(stateKey.journal(segment), parts.length);
}

/** About how long a row is as JSON: its output and the rest. */
function charsOf({ output }: StoredRow): number {
  return 300 + ('text' in output ? output.text.length : 0);
}

/** Reads the journal of a segment; `read` returns a part of the object of its run. */
export async function readJournal(
  read: <Value>(key: string) => Promise<Value | null>,
  blobs: RestateBlobs,
  segment: number,
): Promise<readonly JournalRow[]> {
  const parts = (await read<number>(stateKey.journal(segment))) ?? 0;
  const rows: JournalRow[] = [];
  for (let part = 0; part < parts; part += 1) {
    const stored = (await read<readonly StoredRow[]>(stateKey.rows(segment, part))) ?? [];
    for (const { output, ...row } of stored) {
      rows.push({ ...row, output: await blobs.read(output) });
    }
  }
  return rows;
}

/** The row as an object keeps it. Its output is not long: a long one came from a blob, and goes to the same one. */
export async function toStoredRow(
  { output = '', ...row }: JournalRow,
  blobs: RestateBlobs,
): Promise<StoredRow> {
  return { ...row, output: await blobs.store(output) };
}
