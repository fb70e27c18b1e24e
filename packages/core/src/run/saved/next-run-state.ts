import { inboxSlice } from '../program/drain-inbox.ts';
import { dialectSlice } from '../request/perform-request.ts';
import { toolsSlice } from '../request/run-tools.ts';
import { contextSlice } from '../state/context-slice.ts';
import { newRunState, type RunState } from '../state/run-state.ts';
import { traceSlice } from '../state/run-tracer.ts';

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
