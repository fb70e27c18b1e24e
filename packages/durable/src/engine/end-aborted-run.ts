import type { RunStateJson } from '@turnwise/core';
import { abortSavedRun } from '@turnwise/core/model';
import type { RunChange, RunRecord, RunStore } from '../store/run-store.ts';
import { toJson } from './run-end.ts';
import { isSessionProblem, type RunSessions } from './run-sessions.ts';

/**
 * The end of a run that cannot be continued and was aborted: with the conversation that it had at the start of its segment. `undefined`
 * if it was not aborted. The run must be claimed.
 */
export async function endAbortedRun(
  { store, sessions }: { readonly store: RunStore; readonly sessions: RunSessions },
  run: RunRecord,
): Promise<RunChange | undefined> {
  const signals = await store.signals(run.id);
  const consumes = signals.flatMap(({ id, kind }) => (kind === 'abort' ? [id] : []));
  if (consumes.length === 0) return undefined;
  const { state: saved, fingerprint } = await store.segment(run.id, run.segment);
  const state = abortSavedRun(saved as unknown as RunStateJson);
  try {
    await sessions.save(run, { status: 'stopped', state });
  } catch (thrown) {
    // It may be blocked because another run has its session.
    if (!isSessionProblem(thrown)) throw thrown;
  }
  const segment = { number: run.segment + 1, state: toJson(state), decisions: {}, fingerprint };
  return { status: 'stopped', end: { reason: 'aborted' }, segment, consumes };
}
