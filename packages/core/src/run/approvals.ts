import { isFlag, isText, objectOf, optional } from '../json-check.ts';
import {
  type CheckedCall,
  type PreparedCall,
  type RefusedCall,
  refuse,
} from '../tool/prepare-call.ts';
import type { ToolCall } from '../turns/turn.ts';
import type { LoopGenerator } from './loop-generator.ts';
import { callProgram } from './program-function.ts';
import type { ApprovalDecision } from './run-event.ts';
import type { Run } from './run-setup.ts';
import type { RunState } from './run-state.ts';
import { defineSlice, savedMap, transient } from './state-slice.ts';
import { stepSlice } from './step.ts';

/** Decisions on calls. */
export const approvalsSlice = defineSlice({
  /** By call id. */
  decisions: savedMap<ApprovalDecision>(objectOf({ approved: isFlag, reason: optional(isText) })),
  /** Ids of calls of the open turn that wait for a decision; they are requested again after a resume. */
  undecided: transient((): readonly string[] => []),
});

/** Adds decisions, by call id. */
export function addDecisions(
  state: RunState,
  decisions: Readonly<Record<string, ApprovalDecision>>,
): void {
  for (const [id, decision] of Object.entries(decisions)) {
    approvalsSlice.of(state).decisions.set(id, { ...decision });
  }
}

/**
 * Applies the decisions of a human to the calls that need approval. Returns `undefined` if a decision is missing: then no
 * call of the turn runs and the run pauses.
 */
export function* settleApprovals<Context>(
  run: Run<Context>,
  calls: readonly CheckedCall<Context>[],
): LoopGenerator<readonly CheckedCall<Context>[] | undefined> {
  const approvals = approvalsSlice.of(run.state);
  const { decisions } = approvals;
  const gated = yield* callsToApprove(run, calls);
  const undecided = gated.filter(({ id }) => !decisions.has(id));
  approvals.undecided = undecided.map(({ id }) => id);
  if (undecided.length > 0) {
    for (const call of undecided) yield { type: 'approval-requested', call };
    return undefined;
  }
  if (gated.length === 0) return calls;
  const refused = new Map<string, RefusedCall>();
  for (const call of gated) {
    const decision = decisions.get(call.id);
    if (decision === undefined) continue;
    yield { type: 'approval-resolved', call, decision };
    if (!decision.approved) refused.set(call.id, deny(call, decision.reason));
  }
  return calls.map((checked) => refused.get(checked.call.id) ?? checked);
}

function* callsToApprove<Context>(
  run: Run<Context>,
  calls: readonly CheckedCall<Context>[],
): LoopGenerator<ToolCall[]> {
  const { decisions } = approvalsSlice.of(run.state);
  const gated: ToolCall[] = [];
  for (const checked of calls) {
    if (!checked.runnable) continue;
    // A decision counts even if the rule would not ask for it any more.
    const isGated = decisions.has(checked.call.id) || (yield* needsApproval(run, checked));
    if (isGated) gated.push(checked.call);
  }
  return gated;
}

function* needsApproval<Context>(
  run: Run<Context>,
  { call, tool, input }: PreparedCall<Context>,
): LoopGenerator<boolean> {
  const rule = tool.needsApproval;
  if (typeof rule === 'boolean') return rule;
  return yield* callProgram(run, {
    name: `needsApproval of tool "${call.name}"`,
    id: `${stepSlice.of(run.state).step}.needs-approval.${call.id}`,
    input: () => call.arguments,
    execute: () => rule(input, { context: run.setup.context, callId: call.id }),
  });
}

function deny(call: ToolCall, reason: string | undefined): RefusedCall {
  const explanation = reason === undefined ? '' : ` Reason: ${reason}`;
  return refuse(
    call,
    'denied',
    `The user did not allow this call of "${call.name}".${explanation}`,
  );
}
