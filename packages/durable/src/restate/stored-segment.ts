import type { JsonValue } from '@turnwise/core';
import type { Segment } from '../store/run-store.ts';
import { storeDamaged } from '../store/store-errors.ts';
import { type StoredSegment, stateKey } from './messages.ts';
import type { RestateBlobs } from './restate-blobs.ts';
import type { ObjectContext } from './restate-sdk.ts';

/** Stores a segment in the object of its run. A long state is stored as a blob. */
export async function storeSegment(
  context: ObjectContext,
  blobs: RestateBlobs,
  { number, fingerprint, state }: Segment,
): Promise<StoredSegment> {
  const text = await blobs.store(JSON.stringify(state));
  const stored: StoredSegment = { number, fingerprint, state: text };
  context.set(stateKey.segment(number), stored);
  return stored;
}

/** A segment as its object keeps it, or as its invocation has returned it. Throws `store_damaged` if it is missing. */
export async function readSegment(
  blobs: RestateBlobs,
  { run, number }: { readonly run: string; readonly number: number },
  {
    segment,
    decisions,
  }: { readonly segment: StoredSegment | null; readonly decisions?: JsonValue },
): Promise<Segment> {
  if (segment === null) throw storeDamaged(`Segment ${number} of the run ${JSON.stringify(run)}`);
  const state = JSON.parse(await blobs.read(segment.state));
  return { number, fingerprint: segment.fingerprint, state, decisions: decisions ?? {} };
}
