import type { RunRecord, RunStore } from '../store/run-store.ts';
import type { EngineAgent } from './durable-agent.ts';
import { runEnded } from './run-end.ts';

/**
 * Lets a run that is blocked or failed continue; with an agent, also if that is not the one that the run was saved with. Rejects with
 * `run_ended` for a run that has a result.
 */
export async function reopenRun(
  store: RunStore,
  run: RunRecord,
  accepted: EngineAgent | undefined,
): Promise<void> {
  if (run.status === 'completed' || run.status === 'stopped') throw runEnded(run);
  const saved = await store.segment(run.id, run.segment);
  const fingerprint = accepted?.fingerprint() ?? saved.fingerprint;
  const { epoch } = await store.claim(run.id);
  const status = run.status === 'waiting' ? 'waiting' : 'running';
  const segment = { ...saved, fingerprint };
  await store.change(run.id, epoch, { status, waiting: run.waiting, segment });
}
