import { isCount } from '../../json-check.ts';
import { Interruption } from '../program/interruption.ts';
import { readClock } from '../program/read-clock.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';
import type { RunState } from '../state/run-state.ts';
import { defineSlice, saved, transient } from '../state/state-slice.ts';

/** How long the run has worked. */
export const clockSlice = defineSlice({
  /** Milliseconds of the earlier parts of the run, without the time in which it waited for decisions. */
  workedMs: saved(() => 0, isCount),
  /** When this part began, in milliseconds since 1970; 0 before it began. */
  beganAt: transient(() => 0),
});

/**
 * Starts the time limit of the run. It counts all parts of the run, but not the time in which it waited. The beginning of a
 * part is an effect, so that a replay after a crash does not start it again.
 */
export function* startClock<Context>(run: Run<Context>): LoopGenerator<void> {
  const clock = clockSlice.of(run.state);
  const { maxWallTimeMs } = run.setup.limits;
  if (maxWallTimeMs === undefined) {
    clock.beganAt = Date.now();
    return;
  }
  try {
    clock.beganAt = yield* readClock(run, 'clock');
  } catch (thrown) {
    // The run was aborted before it began.
    if (thrown instanceof Interruption) return;
    throw thrown;
  }
  run.setup.inbox.limitTime(maxWallTimeMs - clock.workedMs - sinceMs(clock.beganAt));
}

/** Starts the time limit before the run begins, while its conversation is loaded. */
export function limitLoading<Context>({ setup, state }: Run<Context>): void {
  const { maxWallTimeMs } = setup.limits;
  if (maxWallTimeMs !== undefined)
    setup.inbox.limitTime(maxWallTimeMs - clockSlice.of(state).workedMs);
}

/** Adds the time of this part of the run, which has ended, to the state. */
export function stopClock(state: RunState): void {
  const clock = clockSlice.of(state);
  if (clock.beganAt > 0) clock.workedMs += sinceMs(clock.beganAt);
  clock.beganAt = 0;
}

/** The clock of the machine may have been set back. */
function sinceMs(time: number): number {
  return Math.max(0, Date.now() - time);
}
