import type { RunRecord } from '../store/run-store.ts';
import { type DurableResult, readEnd } from './run-end.ts';
import type { RunEngine } from './run-engine.ts';

/** Waits until a run has ended or waits; `DurableRuns.result()` describes it. `find` reads the run. */
export async function awaitResult(
  engine: RunEngine,
  find: () => Promise<RunRecord>,
  id: string,
  { untilEnd = false }: { readonly untilEnd?: boolean | undefined },
): Promise<DurableResult> {
  const watch = engine.watch(id);
  try {
    let reported = watch.isNew ? await watch.changed() : undefined;
    while (true) {
      const run: RunRecord = reported?.run ?? (await find());
      const isOpen = mayContinue(engine, run, untilEnd);
      const end = isOpen ? undefined : await readEnd(reported ?? engine, run);
      if (end !== undefined) return end;
      if (run.status === 'running') engine.wake(id);
      reported = await watch.changed();
    }
  } finally {
    watch.cancel();
  }
}

function mayContinue(engine: RunEngine, { id, status }: RunRecord, untilEnd: boolean): boolean {
  if (status === 'running') return true;
  if (status !== 'waiting' && status !== 'blocked') return false;
  return engine.isActive(id) || (status === 'waiting' && untilEnd);
}
