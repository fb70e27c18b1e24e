import { findNearLimits } from './limits.ts';
import type { RunEventBody } from './run-event.ts';
import type { Run } from './run-setup.ts';

/** Tells of each limit once, when it comes near. */
export function* reportNearLimits<Context>(run: Run<Context>): Generator<RunEventBody, void> {
  for (const use of findNearLimits(run)) {
    run.state.nearLimits.push(use.limit);
    yield { type: 'limit-neared', ...use };
  }
}
