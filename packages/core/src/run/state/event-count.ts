import { isCount } from '../../json-check.ts';
import type { RunEventBody } from './run-event.ts';
import type { RunState } from './run-state.ts';
import { defineSlice, saved, transient } from './state-slice.ts';

/** How many events the run has emitted. */
export const eventsSlice = defineSlice({
  /** The `seq` of the next event, over all parts of the run. */
  nextSeq: saved(() => 0, isCount),
  /** How many events of progress came since the last other one. */
  pieces: transient(() => 0),
});

/** What effects report before their result. A replay does not repeat it. */
const progress: ReadonlySet<RunEventBody['type']> = new Set([
  'request-started',
  'request-retried',
  'request-finished',
  'stream-restarted',
  'text-delta',
  'reasoning-delta',
  'call-delta',
  'output-delta',
  'profile-detected',
  'tool-progressed',
] satisfies RunEventBody['type'][]);

/** The `seq` of the next event. */
export function countEvent(state: RunState): number {
  const events = eventsSlice.of(state);
  events.nextSeq += 1;
  return events.nextSeq - 1;
}

/**
 * The `seq` of the next event of a run that an engine records. Progress has a fraction, so that the other events have the
 * same numbers in a replay.
 */
export function countRecordedEvent(state: RunState, type: RunEventBody['type']): number {
  const events = eventsSlice.of(state);
  if (!progress.has(type)) {
    events.pieces = 0;
    return countEvent(state);
  }
  events.pieces += 1;
  return events.nextSeq - 1 + Math.min(events.pieces, maxPieces) / (maxPieces + 1);
}

/** More pieces than a reply can have. */
const maxPieces = 999_999;

/** How many events the run has had: equal for the same moment of a run, and more after each part of it. */
export function eventCountOf(state: RunState): number {
  return eventsSlice.of(state).nextSeq;
}
