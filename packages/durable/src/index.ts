// Durable runs

export {
  type DurableOptions,
  DurableRuns,
  durable,
  type WaitingInRun,
} from './engine/durable.ts';
export type { DurableAgent, EngineAgent, RunDecision } from './engine/durable-agent.ts';
export type { DurableResult } from './engine/run-end.ts';
export type { RunBackend } from './engine/run-engine.ts';
export type { StartRunOptions } from './engine/start-run.ts';

// Stores

export { type PostgresSessions, postgresSessions } from './postgres/postgres-sessions.ts';
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
