import type { NewRun, RunRecord, RunStore } from '@turnwise/durable';

/** A new run with this id. */
export function newRun(id: string, more: Partial<NewRun> = {}): NewRun {
  const segment = { number: 0, state: { turns: [] }, decisions: {}, fingerprint: 'f' };
  return { id, agent: 'clerk', input: 'digest', segment, ...more };
}

/** Owns a store and starts runs in it; the last one is claimed. */
export async function startRuns(store: RunStore, ...ids: readonly string[]): Promise<RunRecord> {
  await store.own();
  for (const id of ids) await store.create(newRun(id));
  return await store.claim(ids.at(-1) ?? '');
}

/** A row of a journal with this id. */
export function rowOf(id: string, output?: string) {
  return { id, kind: 'tool', name: 'pay', input: 'digest', at: 1, output } as const;
}
