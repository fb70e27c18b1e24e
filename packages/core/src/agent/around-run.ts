import type { RunOutcome } from '../run/run-loop.ts';

/** What happens before and after a run, such as loading and saving its session. */
export interface AroundRun {
  /** Rejects if the run must not start. If `signal` aborts, it resolves soon, and the run stops as aborted. */
  before(signal: AbortSignal): Promise<void>;
  /** Called once after the end of a run that has started; `end` is `undefined` if it failed. Ends soon if `signal` aborts. */
  after(end: RunOutcome | undefined, signal: AbortSignal): Promise<void>;
  /** Called instead of `after` if an engine stopped the run: nothing is saved. */
  release(): void;
}
