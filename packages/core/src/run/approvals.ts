import { TurnwiseError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { isFlag, isObject, isText, objectOf, optional } from '../json-check.ts';
import {
  type CheckedCall,
  type PreparedCall,
  prepareCall,
  type RefusedCall,
  refuse,
} from '../tool/prepare-call.ts';
import { toolSet } from '../tool/tool-set.ts';
import type { Transcript } from '../turns/transcript.ts';
import { type ToolCall, textOf } from '../turns/turn.ts';
import type { LoopGenerator } from './loop-generator.ts';
import { awaitChecks, callProgram } from './program-function.ts';
import type { ApprovalDecision } from './run-event.ts';
import type { Run } from './run-setup.ts';
import type { RunState } from './run-state.ts';
import { activeTools } from './run-tools.ts';
import { defineSlice, savedMap, transient } from './state-slice.ts';
import { stepSlice } from './step.ts';

const isDecision = objectOf({
  approved: isFlag,
  reason: optional(isText),
  arguments: optional(isObject),
  always: optional(isFlag),
});

/** Decisions on calls. */
export const approvalsSlice = defineSlice({
  /** By call id. */
  decisions: savedMap<ApprovalDecision>(isDecision),
  /** Decisions that were given with `always`, by tool name. */
  remembered: savedMap<ApprovalDecision>(isDecision),
  /** Ids of calls of the open turn that wait for a decision; they are requested again after a resume. */
  undecided: transient((): readonly string[] => []),
});

/** Adds decisions, by call id. Those with `always` also apply to later calls of the same tool. */
export function addDecisions(
  state: RunState,
  decisions: Readonly<Record<string, ApprovalDecision>>,
): void {
  const approvals = approvalsSlice.of(state);
  for (const [id, decision] of Object.entries(decisions)) {
    if (decision === undefined) continue;
    approvals.decisions.set(id, { ...decision });
    const call = findCall(state.transcript, id);
    // Edited arguments are only for this call.
    const { arguments: _edited, ...lasting } = { arguments: undefined, ...decision };
    if (decision.always === true && call !== undefined)
      approvals.remembered.set(call.name, lasting);
  }
}

/** The decisions of a run that apply to later calls, by tool name. */
export function rememberedDecisions(state: RunState): Readonly<Record<string, ApprovalDecision>> {
  return Object.fromEntries(approvalsSlice.of(state).remembered);
}

/** Adds decisions that an earlier run remembered; those of this run have priority. */
export function recallDecisions(
  state: RunState,
  decisions: Readonly<Record<string, ApprovalDecision>>,
): void {
  const approvals = approvalsSlice.of(state);
  approvals.remembered = new Map([...Object.entries(decisions), ...approvals.remembered]);
}

function findCall({ turns }: Transcript, id: string): ToolCall | undefined {
  for (const turn of turns.toReversed()) {
    const calls = turn.role === 'assistant' && turn.kind === 'calls' ? turn.calls : [];
    const call = calls.find((each) => each.id === id);
    if (call !== undefined) return call;
  }
  return undefined;
}

/**
 * Applies the decisions of a human to the calls that need approval. Returns `undefined` if a decision is missing: then no
 * call of the turn runs and the run pauses. Throws `invalid_options` if edited arguments are not valid.
 */
export function* settleApprovals<Context>(
  run: Run<Context>,
  calls: readonly CheckedCall<Context>[],
): LoopGenerator<readonly CheckedCall<Context>[] | undefined> {
  const approvals = approvalsSlice.of(run.state);
  const gated = yield* callsToApprove(run, calls);
  const undecided = gated.filter((call) => decisionOn(run, call) === undefined);
  approvals.undecided = undecided.map(({ id }) => id);
  if (undecided.length > 0) {
    for (const call of undecided) yield { type: 'approval-requested', call };
    return undefined;
  }
  if (gated.length === 0) return calls;
  const settled = new Map<string, CheckedCall<Context>>();
  for (const call of gated) {
    const decision = decisionOn(run, call);
    if (decision === undefined) continue;
    yield { type: 'approval-resolved', call, decision };
    if (!decision.approved) settled.set(call.id, deny(call, decision.reason));
    else if (decision.arguments !== undefined) {
      settled.set(call.id, yield* editCall(run, call, decision.arguments));
    }
  }
  return calls.map((checked) => settled.get(checked.call.id) ?? checked);
}

function decisionOn<Context>(
  { state }: Run<Context>,
  { id, name }: ToolCall,
): ApprovalDecision | undefined {
  const { decisions, remembered } = approvalsSlice.of(state);
  return decisions.get(id) ?? remembered.get(name);
}

/** The call with the arguments of a human, who corrects them if they are not valid; the model is not asked. */
function* editCall<Context>(
  run: Run<Context>,
  call: ToolCall,
  edited: JsonObject,
): LoopGenerator<CheckedCall<Context>> {
  const id = `${stepSlice.of(run.state).step}.check-edited.${call.id}`;
  const check = prepareCall({ ...call, arguments: edited }, toolSet(activeTools(run)));
  const [checked] = yield* awaitChecks(run, id, [check]);
  if (checked?.runnable === true) return { ...checked, isEdited: true };
  const problem = checked === undefined ? '' : textOf(checked.result.parts);
  throw new TurnwiseError(
    'invalid_options',
    `decisions["${call.id}"] has arguments that the tool does not accept. ${problem} Correct them and resume \`error.state\`.`,
  );
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
