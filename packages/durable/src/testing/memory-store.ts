import { memoryBlobStore, memorySessionStore } from '@turnwise/core';
import type { JournalRow, RunRecord, RunStore, Segment, Signal } from '../store/run-store.ts';
import { leaseLost, runUnknown, storeDamaged } from '../store/store-errors.ts';

interface StoredRun {
  record: RunRecord;
  readonly segments: Map<number, string>;
  readonly journals: Map<number, Map<string, JournalRow>>;
  readonly signals: Map<string, { readonly json: string; consumed: boolean }>;
}

/** A store in memory, for tests: runs end with the process. Closing it keeps its contents, so that it can be used again. */
export function memoryStore(): RunStore {
  const runs = new Map<string, StoredRun>();
  const listeners = new Set<(run: string) => void>();
  const get = (id: string): StoredRun => {
    const run = runs.get(id);
    if (run === undefined) throw runUnknown(id);
    return run;
  };
  const getAt = (id: string, epoch: number): StoredRun => {
    const run = runs.get(id);
    if (run?.record.epoch !== epoch) throw leaseLost(`The run ${JSON.stringify(id)}`);
    return run;
  };
  return {
    sessions: memorySessionStore(),
    blobs: memoryBlobStore(),
    own: async () => undefined,
    create: async ({ id, agent, input, session, segment }) => {
      const known = runs.get(id);
      if (known !== undefined) return { run: known.record, isNew: false };
      const now = Date.now();
      const record: RunRecord = {
        id,
        agent,
        status: 'running',
        input,
        segment: segment.number,
        epoch: 0,
        waiting: [],
        ...(session !== undefined && { session }),
        createdAt: now,
        updatedAt: now,
      };
      const segments = new Map([[segment.number, JSON.stringify(segment)]]);
      runs.set(id, { record, segments, journals: new Map(), signals: new Map() });
      return { run: record, isNew: true };
    },
    get: async (id) => runs.get(id)?.record,
    list: async ({ status, agent, after, limit = 100 } = {}) => {
      const all = [...runs.values()].map(({ record }) => record);
      const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
      return all
        .slice(start)
        .filter((run) => status === undefined || run.status === status)
        .filter((run) => agent === undefined || run.agent === agent)
        .slice(0, limit);
    },
    claim: async (id) => {
      const run = get(id);
      run.record = { ...run.record, epoch: run.record.epoch + 1 };
      return run.record;
    },
    segment: async (id, number) => {
      const json = runs.get(id)?.segments.get(number);
      if (json === undefined) {
        throw storeDamaged(`Segment ${number} of the run ${JSON.stringify(id)}`);
      }
      return JSON.parse(json) as Segment;
    },
    journal: async (id, number) => [...(runs.get(id)?.journals.get(number)?.values() ?? [])],
    record: async (key, row, consumes = []) => {
      const run = getAt(key.run, key.epoch);
      const journal = run.journals.get(key.segment) ?? new Map<string, JournalRow>();
      run.journals.set(key.segment, journal);
      if (journal.get(row.id)?.output === undefined) {
        // The order of the rows is the order in which the effects ended.
        journal.delete(row.id);
        journal.set(row.id, { ...row });
      }
      consume(run, consumes);
    },
    change: async (id, epoch, change) => {
      const run = getAt(id, epoch);
      if (change.unlessInputWaits === true && waitingSignals(run).some(isInput)) return false;
      const { end: _end, problem: _problem, ...rest } = run.record;
      const { status, waiting = [], end, problem, segment } = change;
      run.record = {
        ...rest,
        status,
        waiting: JSON.parse(JSON.stringify(waiting)),
        ...(end !== undefined && { end: JSON.parse(JSON.stringify(end)) }),
        ...(problem !== undefined && { problem }),
        segment: segment?.number ?? run.record.segment,
        updatedAt: Date.now(),
      };
      if (segment !== undefined) run.segments.set(segment.number, JSON.stringify(segment));
      consume(run, change.consumes ?? []);
      return true;
    },
    addSignal: async (id, signal) => {
      const { signals } = get(id);
      if (signals.has(signal.id)) return false;
      signals.set(signal.id, { json: JSON.stringify(signal), consumed: false });
      return true;
    },
    hasSignal: async (id, signal) => runs.get(id)?.signals.has(signal) === true,
    signals: async (id) => {
      const run = runs.get(id);
      return run === undefined ? [] : waitingSignals(run);
    },
    onSignal: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => listeners.clear(),
  };
}

function consume(run: StoredRun, ids: readonly string[]): void {
  for (const id of ids) {
    const signal = run.signals.get(id);
    if (signal !== undefined) signal.consumed = true;
  }
}

function waitingSignals({ signals }: StoredRun): readonly Signal[] {
  return [...signals.values()].flatMap(({ json, consumed }) =>
    consumed ? [] : [JSON.parse(json) as Signal],
  );
}

function isInput({ kind }: Signal): boolean {
  return kind === 'input';
}
