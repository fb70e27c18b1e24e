import type { RunStore } from '../store/run-store.ts';

/** Runs that are read from the store at once. */
const pageSize = 500;

/** Calls `wake` for the runs that a process continues when it becomes the owner of a store. */
export async function wakeOpenRuns(store: RunStore, wake: (id: string) => void): Promise<void> {
  for await (const id of idsOf(store, 'running')) wake(id);
  // Decisions and aborts may have come while no process owned the store.
  for (const status of ['waiting', 'blocked'] as const) {
    for await (const id of idsOf(store, status)) {
      if ((await store.signals(id)).length > 0) wake(id);
    }
  }
}

async function* idsOf(
  store: RunStore,
  status: 'running' | 'waiting' | 'blocked',
): AsyncGenerator<string> {
  let after: string | undefined;
  while (true) {
    const page = await store.list({ status, after, limit: pageSize });
    for (const { id } of page) yield id;
    after = page.at(-1)?.id;
    if (page.length < pageSize) return;
  }
}
