import { setTimeout } from 'node:timers/promises';
import { TurnwiseError } from '../../errors.ts';
import type { SessionStore } from './session-store.ts';

/** Milliseconds between looks whether a session is free. */
const waitMs = 10;

/** The sessions that this process uses now, by store. */
const busy = new WeakMap<SessionStore, Set<string>>();

/** Reserves a session until {@link releaseSession}. Throws `session_busy` if it is reserved. */
export function claimSession(store: SessionStore, id: string): void {
  const ids = busy.get(store) ?? new Set();
  if (ids.has(id)) {
    throw new TurnwiseError(
      'session_busy',
      `Another run uses session "${id}". Wait for its result, or use steer() to add an input to it.`,
    );
  }
  busy.set(store, ids.add(id));
}

/** Reserves a session as soon as no other run of this process uses it. */
export async function claimWhenFree(store: SessionStore, id: string): Promise<void> {
  while (busy.get(store)?.has(id) === true) await setTimeout(waitMs);
  claimSession(store, id);
}

/** Ends a reservation. */
export function releaseSession(store: SessionStore, id: string): void {
  busy.get(store)?.delete(id);
}

/** Changes that a store had not made when their run ended, by store and session. */
const lateChanges = new WeakMap<SessionStore, Map<string, Promise<unknown>>>();

/** Ends a reservation when a store has made a change, or has failed to. */
export function releaseAfter(store: SessionStore, id: string, change: Promise<unknown>): void {
  const ids = lateChanges.get(store) ?? new Map<string, Promise<unknown>>();
  lateChanges.set(store, ids);
  const made = change
    .catch(() => undefined)
    .finally(() => {
      ids.delete(id);
      releaseSession(store, id);
    });
  ids.set(id, made);
}

/** Resolves when the store has made the change of a run that has ended, if there is one. Never rejects. */
export function lateChange(store: SessionStore, id: string): Promise<unknown> | undefined {
  return lateChanges.get(store)?.get(id);
}
