// Stores

export { type SqliteOptions, sqlite } from './sqlite/sqlite.ts';
export type {
  JournalKey,
  JournalRow,
  NewRun,
  RunChange,
  RunFilter,
  RunRecord,
  RunStatus,
  RunStore,
  Segment,
  Signal,
} from './store/run-store.ts';
