import type { Fix } from '../dialect/fix.ts';
import type { RunEventBody } from './run-event.ts';
import type { Run } from './run-setup.ts';

/** Records a fix and tells of it. */
export function addFix<Context>({ state }: Run<Context>, fix: Fix): RunEventBody {
  state.fixes.push(fix);
  return { type: 'turn-fixed', fix };
}
