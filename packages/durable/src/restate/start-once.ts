import { setTimeout } from 'node:timers/promises';
import type { NewRun } from '../store/run-store.ts';
import { storeFailed } from '../store/store-errors.ts';
import type { ObjectNames, StartRequest, StoredRun } from './messages.ts';
import type { RestateBlobs } from './restate-blobs.ts';
import type { CallTarget, RestateClient } from './restate-client.ts';

/** The idempotency key of a start: Restate remembers it for one run, because the run is a part of the target. */
const startKey = 'start';

/** Milliseconds until the next look at a run that has not begun. */
const beginsMs = 20;

/** What the functions of this file need. */
export interface StartParts {
  readonly names: ObjectNames;
  readonly client: RestateClient;
  readonly blobs: RestateBlobs;
  readonly signal: AbortSignal;
}

/**
 * Starts a run, or returns the one that has its id. Restate accepts the same start once; a run of which it has forgotten the start is
 * found by a look at it, unless its id is new (`mayExist: false`).
 */
export async function startOnce(
  parts: StartParts,
  { id, agent, input, segment }: NewRun,
  { mayExist }: { readonly mayExist: boolean },
): Promise<{ readonly run: StoredRun; readonly isNew: boolean }> {
  const now = Date.now();
  const run: StoredRun = {
    // The query of list() compares the beginning of this text.
    status: 'running',
    id,
    agent,
    input,
    segment: segment.number,
    epoch: 0,
    waiting: [],
    createdAt: now,
    updatedAt: now,
  };
  const { number, fingerprint, state } = segment;
  const stored = await parts.blobs.store(JSON.stringify(state));
  const request: StartRequest = { run, segment: { number, fingerprint, state: stored } };
  const target = startOf(parts, id);
  const [sent, found] = await Promise.all([
    parts.client.sendOnce(target, request, { key: startKey, signal: parts.signal }),
    mayExist ? readState(parts, id) : null,
  ]);
  // The look may have found the run that was just sent. The id of its invocation is the same for each start of this run.
  const isNew = sent.isNew && (found === null || found.createdAt === now);
  if (isNew) return { run: { ...run, drive: sent.invocation }, isNew };
  const known = found ?? (await readRun(parts, id));
  if (known !== undefined) return { run: known, isNew };
  throw storeFailed(`The start of the run ${JSON.stringify(id)}`, 'it was ended before it began.');
}

/** A run as its object keeps it; `undefined` if it was not started. Waits for one that was started and has not begun. */
export async function readRun(parts: StartParts, id: string): Promise<StoredRun | undefined> {
  const { signal } = parts;
  let run = await readState(parts, id);
  while (run === null) {
    const willBegin = await parts.client.isOpen(startOf(parts, id), { key: startKey, signal });
    run = await readState(parts, id);
    if (run === null && !willBegin) return undefined;
    if (run === null) await setTimeout(beginsMs, undefined, { signal });
  }
  return run;
}

async function readState(
  { names, client, signal }: StartParts,
  key: string,
): Promise<StoredRun | null> {
  return await client.call({ service: names.run, key, handler: 'get' }, undefined, signal);
}

function startOf({ names }: StartParts, key: string): CallTarget {
  return { service: names.run, key, handler: 'start' };
}
