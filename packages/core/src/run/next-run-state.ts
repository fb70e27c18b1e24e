import { contextSlice } from './context-slice.ts';
import { inboxSlice } from './drain-inbox.ts';
import { dialectSlice } from './perform-request.ts';
import { newRunState, type RunState } from './run-state.ts';
import { toolsSlice } from './run-tools.ts';

/** What belongs to the conversation and not to one run. */
const lasting: readonly object[] = [contextSlice, dialectSlice, toolsSlice, inboxSlice];

/**
 * The state of a new run that continues the conversation of another one. Steps, limits, costs, fixes, decisions and the
 * memory of the loop guard start again.
 */
export function nextRunState(
  { conversationId, transcript, slices }: RunState,
  runId: string,
): RunState {
  const next = newRunState(runId, conversationId, transcript);
  for (const slice of lasting) {
    const value = slices.get(slice);
    if (value !== undefined) next.slices.set(slice, value);
  }
  return next;
}
