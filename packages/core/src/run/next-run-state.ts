import { contextSlice } from './context-slice.ts';
import { inboxSlice } from './drain-inbox.ts';
import { dialectSlice } from './perform-request.ts';
import { newRunState, type RunState } from './run-state.ts';
import { toolsSlice } from './run-tools.ts';
import { traceSlice } from './run-tracer.ts';

/** What belongs to the conversation and not to one run. */
const lasting = [contextSlice, dialectSlice, toolsSlice, inboxSlice, traceSlice];

/**
 * The state of a new run that continues the conversation of another one. Steps, limits, costs, fixes, decisions and the
 * memory of the loop guard start again.
 */
export function nextRunState(state: RunState, runId: string): RunState {
  const next = newRunState(runId, state.conversationId, state.transcript);
  for (const slice of lasting) slice.share(state, next);
  return next;
}
