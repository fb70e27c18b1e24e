import type { ToolCall } from '../../turns/turn.ts';
import { approvalsSlice } from '../state/approvals-slice.ts';
import type { Decision, OpenWait, Permission } from '../state/decision.ts';
import { endWait, type OpenCall, openCallOf } from '../state/open-calls.ts';
import type { RunEventBody } from '../state/run-event.ts';
import type { Run } from '../state/run-setup.ts';

/** Carries out the decision on a call: the call does not wait any more. */
export function* carryOut<Context>(
  { state }: Run<Context>,
  call: ToolCall,
  decision: Decision,
): Generator<RunEventBody, void> {
  const { waiting, answers = [] } = openCallOf(state, call.id);
  if (waiting === undefined || waiting.kind === 'approval') {
    const lasting = lastingPermission(decision);
    if (lasting !== undefined) approvalsSlice.of(state).remembered.set(call.name, lasting);
  }
  endWait(state, call.id, changesFor(decision, waiting, answers));
  yield { type: 'decision-resolved', call, decision };
}

function changesFor(
  decision: Decision,
  waiting: OpenWait | undefined,
  answers: NonNullable<OpenCall['answers']>,
): OpenCall {
  switch (decision.kind) {
    case 'approve':
    case 'edit':
    case 'deny':
      return { permission: decision };
    case 'answer':
      return waiting?.kind === 'outside'
        ? { given: [decision.value] }
        : { answers: [...answers, decision.value] };
    case 'happened':
      return { given: [decision.result] };
    case 'run-again':
      return {};
    case 'give-up':
      return { gaveUp: decision.reason === undefined ? {} : { reason: decision.reason } };
  }
}

/** What applies to later calls of the tool; edited arguments are only for one call. */
function lastingPermission(decision: Decision): Permission | undefined {
  switch (decision.kind) {
    case 'approve':
    case 'edit':
      return decision.always === true ? { kind: 'approve' } : undefined;
    case 'deny': {
      const { always, reason } = decision;
      if (always !== true) return undefined;
      return { kind: 'deny', ...(reason === undefined ? {} : { reason }) };
    }
    default:
      return undefined;
  }
}
