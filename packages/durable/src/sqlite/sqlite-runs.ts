import type {
  JournalKey,
  JournalRow,
  NewRun,
  RunChange,
  RunFilter,
  RunStore,
  Segment,
} from '../store/run-store.ts';
import { leaseLost, runUnknown, storeDamaged } from '../store/store-errors.ts';
import type { OwnerLease } from './owner-lease.ts';
import { readJournalRow, readRun, readSegment, readSignal } from './read-row.ts';
import { maxInlineChars, putText } from './sqlite-blobs.ts';
import type { Sql, SqliteConnection } from './sqlite-connection.ts';

type RunFunctions = Omit<RunStore, 'sessions' | 'blobs' | 'own' | 'onSignal' | 'close'>;

/** What the functions use; both are promises only until they are known. */
export interface OpenFile {
  readonly open: () => SqliteConnection | Promise<SqliteConnection>;
  readonly own: () => OwnerLease | Promise<OwnerLease>;
}

/** The functions of a store for runs, journals and signals. */
export function sqliteRuns({ open, own }: OpenFile): RunFunctions {
  const writeAsOwner = <Result>(action: (sql: Sql, lease: OwnerLease) => Result) => {
    const owned = own();
    const write = (lease: OwnerLease) => lease.write((sql) => action(sql, lease));
    return owned instanceof Promise ? owned.then(write) : write(owned);
  };
  const read = async <Result>(action: (sql: Sql) => Result): Promise<Result> => {
    const opened = open();
    return (opened instanceof Promise ? await opened : opened).read(action);
  };
  return {
    create: async (run) => await writeAsOwner((sql) => create(sql, run)),
    get: async (id) => await read((sql) => find(sql, id)),
    list: async (filter) => await read((sql) => list(sql, filter)),
    claim: async (id) =>
      await writeAsOwner((sql, { epochs }) => {
        sql('UPDATE run SET epoch = epoch + 1 WHERE id = ?').run(id);
        const run = get(sql, id);
        epochs.set(id, run.epoch);
        return run;
      }),
    segment: async (id, number) => await read((sql) => segment(sql, id, number)),
    journal: async (id, number) =>
      await read((sql) =>
        sql(
          'SELECT journal.*, blob.body AS body FROM journal LEFT JOIN blob ON blob.sha256 = journal.blob WHERE run = ? AND segment = ? ORDER BY journal.rowid',
        )
          .all(id, number)
          .map(readJournalRow),
      ),
    record: (key, row, consumes = []) =>
      writeAsOwner((sql, { epochs, intents }) => {
        if (epochs.get(key.run) !== key.epoch) checkEpoch(sql, key.run, key.epoch);
        record(sql, intents, key, row);
        consume(sql, key.run, consumes);
      }),
    change: async (id, epoch, change) =>
      await writeAsOwner((sql, { epochs }) => {
        // A run that waits needs no memory.
        if (change.status !== 'running') epochs.delete(id);
        return changeRun(sql, id, epoch, change);
      }),
    addSignal: async (run, { id, kind, body }) =>
      await (await open()).write((sql) => {
        get(sql, run);
        const insert = sql(
          'INSERT OR IGNORE INTO signal (run, id, kind, body, consumed) VALUES (?, ?, ?, ?, 0)',
        );
        return insert.run(run, id, kind, JSON.stringify(body)) > 0;
      }),
    hasSignal: async (run, id) =>
      await read(
        (sql) => sql('SELECT 1 FROM signal WHERE run = ? AND id = ?').get(run, id) !== undefined,
      ),
    signals: (run) =>
      read((sql) => {
        // A run looks before each request, and mostly there is nothing.
        const hasOne = sql('SELECT 1 FROM signal WHERE run = ? AND consumed = 0 LIMIT 1');
        if (hasOne.get(run) === undefined) return [];
        return sql('SELECT * FROM signal WHERE run = ? AND consumed = 0 ORDER BY position')
          .all(run)
          .map(readSignal);
      }),
  };
}

function find(sql: Sql, id: string) {
  const row = sql('SELECT * FROM run WHERE id = ?').get(id);
  return row === undefined ? undefined : readRun(row);
}

function get(sql: Sql, id: string) {
  const run = find(sql, id);
  if (run === undefined) throw runUnknown(id);
  return run;
}

function segment(sql: Sql, id: string, number: number): Segment {
  const row = sql('SELECT * FROM segment WHERE run = ? AND number = ?').get(id, number);
  if (row === undefined) throw storeDamaged(`Segment ${number} of the run ${JSON.stringify(id)}`);
  return readSegment(row);
}

function create(sql: Sql, { id, agent, input, session, segment: first }: NewRun) {
  const known = find(sql, id);
  if (known !== undefined) return { run: known, isNew: false };
  const now = Date.now();
  sql(
    `INSERT INTO run (id, agent, status, input, segment, epoch, waiting, session, created_at, updated_at)
     VALUES (?, ?, 'running', ?, ?, 0, '[]', ?, ?, ?)`,
  ).run(id, agent, input, first.number, session ?? null, now, now);
  addSegment(sql, id, first);
  return { run: get(sql, id), isNew: true };
}

function list(sql: Sql, { status, agent, after, limit = 100 }: RunFilter = {}) {
  const rows = sql(
    `SELECT * FROM run WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR agent = ?2)
     AND position > coalesce((SELECT position FROM run WHERE id = ?3), 0) ORDER BY position LIMIT ?4`,
  ).all(status ?? null, agent ?? null, after ?? null, limit);
  return rows.map(readRun);
}

function addSegment(sql: Sql, run: string, { number, state, decisions, fingerprint }: Segment) {
  sql('INSERT OR REPLACE INTO segment VALUES (?, ?, ?, ?, ?)').run(
    run,
    number,
    JSON.stringify(state),
    JSON.stringify(decisions),
    fingerprint,
  );
}

const values = 'VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)';
const addRow = `INSERT OR IGNORE INTO journal ${values}`;
const replaceRow = `INSERT OR REPLACE INTO journal ${values}`;
const isIntent =
  'SELECT 1 FROM journal WHERE run = ? AND segment = ? AND id = ? AND output IS NULL AND blob IS NULL';

/**
 * The write that each effect makes, so it is one statement. A row replaces only an intent, and gets a new place then: the order of the
 * rows is the order in which the effects ended. `intents` are those that this process has written.
 */
function record(sql: Sql, intents: Set<string>, key: JournalKey, row: JournalRow): void {
  const { run, segment: number, epoch } = key;
  const { id, kind, name, input, output, at } = row;
  const isLong = output !== undefined && output.length > maxInlineChars;
  const text = isLong ? null : (output ?? null);
  const blob = isLong ? putText(sql, output) : null;
  const columns = [run, number, id, kind, name, input, text, blob, at, epoch] as const;
  const place = JSON.stringify([run, number, id]);
  if (output === undefined) {
    if (sql(addRow).run(...columns) > 0) intents.add(place);
  } else if (intents.delete(place)) {
    sql(replaceRow).run(...columns);
  } else if (
    sql(addRow).run(...columns) === 0 &&
    sql(isIntent).get(run, number, id) !== undefined
  ) {
    sql(replaceRow).run(...columns);
  }
}

function checkEpoch(sql: Sql, run: string, epoch: number): void {
  const present = sql('SELECT epoch FROM run WHERE id = ?').get(run);
  if (present?.epoch !== epoch) throw leaseLost(`The run ${JSON.stringify(run)}`);
}

function consume(sql: Sql, run: string, ids: readonly string[]): void {
  for (const id of ids) {
    sql('UPDATE signal SET consumed = 1 WHERE run = ? AND id = ?').run(run, id);
  }
}

function changeRun(sql: Sql, id: string, epoch: number, change: RunChange): boolean {
  const run = get(sql, id);
  if (run.epoch !== epoch) throw leaseLost(`The run ${JSON.stringify(id)}`);
  if (change.unlessInputWaits === true) {
    const waits = sql(
      "SELECT id FROM signal WHERE run = ? AND consumed = 0 AND kind = 'input' LIMIT 1",
    ).get(id);
    if (waits !== undefined) return false;
  }
  const { status, waiting = [], end, problem, segment: next, consumes = [] } = change;
  sql(
    'UPDATE run SET status = ?, waiting = ?, outcome = ?, problem = ?, segment = ?, updated_at = ? WHERE id = ?',
  ).run(
    status,
    JSON.stringify(waiting),
    end === undefined ? null : JSON.stringify(end),
    problem === undefined ? null : JSON.stringify(problem),
    next?.number ?? run.segment,
    Date.now(),
    id,
  );
  if (next !== undefined) addSegment(sql, id, next);
  consume(sql, id, consumes);
  return true;
}
