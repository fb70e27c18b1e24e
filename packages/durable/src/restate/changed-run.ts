import type { RunChange } from '../store/run-store.ts';
import type { StoredRun } from './messages.ts';
import type { RestateBlobs } from './restate-blobs.ts';

/** A run after a change, as its object keeps it. A long end is stored as a blob. */
export async function changedRun(
  { end: _end, problem: _problem, ...before }: StoredRun,
  { status, waiting = [], end, problem, segment }: RunChange,
  { at, blobs }: { readonly at: number; readonly blobs: RestateBlobs },
): Promise<StoredRun> {
  return {
    ...before,
    status,
    waiting,
    segment: segment?.number ?? before.segment,
    updatedAt: at,
    ...(end !== undefined && { end: await blobs.store(JSON.stringify(end)) }),
    ...(problem !== undefined && { problem }),
  };
}
