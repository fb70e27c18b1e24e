import type { ToolResult } from '../../turns/turn.ts';
import { openCallsSlice } from '../state/open-calls.ts';
import { loadRunState, type RunStateJson } from './saved-state.ts';

/**
 * The results of the calls of the open turn that have run already, while others wait for decisions: a transcript gets the
 * results of one reply together. Throws `invalid_state` for a damaged state.
 */
export function openResults(saved: RunStateJson): readonly ToolResult[] {
  return [...openCallsSlice.of(loadRunState(saved)).answered.values()];
}
