import type { JsonValue } from '@turnwise/core';
import type { JournalRow, RunRecord, Segment, Signal } from '../store/run-store.ts';
import { storeDamaged } from '../store/store-errors.ts';
import type { SqlRow, SqlValue } from './sqlite-database.ts';

/** Parses a column. Throws `store_damaged`, with `what` as the name of the part. */
export function readJson(text: SqlValue | undefined, what: string): JsonValue {
  try {
    return JSON.parse(String(text));
  } catch (thrown) {
    throw storeDamaged(what, { cause: thrown });
  }
}

/** A run from its row. */
export function readRun(row: SqlRow): RunRecord {
  const what = `The run ${JSON.stringify(row.id)}`;
  const waiting = readJson(row.waiting ?? null, what);
  return {
    id: String(row.id),
    agent: String(row.agent),
    status: row.status as RunRecord['status'],
    input: String(row.input),
    segment: Number(row.segment),
    epoch: Number(row.epoch),
    waiting: Array.isArray(waiting) ? waiting : [],
    ...(row.outcome !== null && { end: readJson(row.outcome, what) }),
    ...(row.problem !== null && {
      problem: readJson(row.problem, what) as NonNullable<RunRecord['problem']>,
    }),
    ...(row.session !== null && { session: String(row.session) }),
    createdAt: Number(row.created_at),
    updatedAt: Number(row.updated_at),
  };
}

/** A segment from its row. */
export function readSegment(row: SqlRow): Segment {
  const what = `Segment ${row.number} of the run ${JSON.stringify(row.run)}`;
  return {
    number: Number(row.number),
    state: readJson(row.state, what),
    decisions: readJson(row.decisions, what),
    fingerprint: String(row.fingerprint),
  };
}

/** A row of a journal. `body` is the output if it is in the table of blobs. */
export function readJournalRow(row: SqlRow): JournalRow {
  const output = row.blob === null ? row.output : row.body;
  if (row.blob !== null && output === null) {
    throw storeDamaged(
      `The output of ${JSON.stringify(row.id)} of the run ${JSON.stringify(row.run)}`,
    );
  }
  return {
    id: String(row.id),
    kind: row.kind as JournalRow['kind'],
    name: String(row.name),
    input: String(row.input),
    ...(output !== null && { output: String(output) }),
    at: Number(row.at),
  };
}

/** A signal from its row. */
export function readSignal(row: SqlRow): Signal {
  return {
    id: String(row.id),
    kind: row.kind as Signal['kind'],
    body: readJson(row.body, `The signal ${JSON.stringify(row.id)}`),
  };
}
