import { TurnwiseError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import {
  type CheckedCall,
  type PreparedCall,
  prepareCall,
  type RefusedCall,
  refuse,
} from '../../tool/prepare-call.ts';
import { toolSet } from '../../tool/tool-set.ts';
import { type ToolCall, textOf } from '../../turns/turn.ts';
import { awaitChecks, callRecord } from '../program/await-checks.ts';
import { callProgram, trueOrFalse } from '../program/program-function.ts';
import { readClock } from '../program/read-clock.ts';
import { activeTools } from '../request/run-tools.ts';
import { approvalsSlice } from '../state/approvals-slice.ts';
import type { OpenWait, Permission, WaitingKind } from '../state/decision.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import {
  changeOpenCall,
  endWait,
  openCallOf,
  startWait,
  waitingCalls,
} from '../state/open-calls.ts';
import type { Run } from '../state/run-setup.ts';
import { stepSlice } from '../state/step.ts';
import { carryOut } from './carry-out.ts';

/**
 * Carries out the decisions on the calls, and returns those that may be answered now. The others wait: for an approval, or
 * because their tool has no `execute`. Rules are asked before any call runs. Throws `invalid_options` if edited arguments are
 * not valid.
 */
export function* settleApprovals<Context>(
  run: Run<Context>,
  calls: readonly CheckedCall<Context>[],
): LoopGenerator<readonly CheckedCall<Context>[]> {
  const due: CheckedCall<Context>[] = [];
  const waits: NewWait[] = [];
  for (const checked of calls) {
    const settled = yield* settleCall(run, checked);
    if (settled === 'waits') continue;
    if ('runnable' in settled) due.push(settled);
    else waits.push(settled);
  }
  yield* requestDecisions(run, waits);
  return due;
}

/** A call that begins to wait. */
interface NewWait {
  readonly call: ToolCall;
  readonly kind: WaitingKind;
}

/** The call if it can be answered now, what it begins to wait for, or `waits` if it waits since an earlier part of the run. */
function* settleCall<Context>(
  run: Run<Context>,
  checked: CheckedCall<Context>,
): LoopGenerator<CheckedCall<Context> | NewWait | 'waits'> {
  if (!checked.runnable) return checked;
  const { call } = checked;
  const { waiting: before, decision } = openCallOf(run.state, call.id);
  if (decision !== undefined) yield* carryOut(run, call, decision);
  const { waiting, gaveUp, given } = openCallOf(run.state, call.id);
  if (waiting !== undefined) return 'waits';
  const permission = yield* permissionFor(run, checked);
  if (permission === undefined) return { call, kind: 'approval' };
  if (permission.kind === 'deny') return deny(call, permission.reason);
  if (gaveUp !== undefined) return giveUp(call, gaveUp.reason);
  const allowed =
    permission.kind === 'edit'
      ? yield* editCall(run, call, { edited: permission.arguments, before })
      : checked;
  if (!checked.tool.isOutside || given !== undefined) return allowed;
  // It must not need an approval again once it has its answer.
  changeOpenCall(run.state, call.id, { permission });
  return { call: allowed.call, kind: 'outside' };
}

/** Reports the calls that wait: those that have waited since an earlier part of the run, and those that begin to wait. */
function* requestDecisions<Context>(
  run: Run<Context>,
  waits: readonly NewWait[],
): LoopGenerator<void> {
  const { state } = run;
  for (const waiting of waitingCalls(state)) yield { type: 'decision-requested', ...waiting };
  if (waits.length === 0) return;
  const since = yield* readClock(run, `${state.transcript.turns.length}.waits`);
  for (const { call, kind } of waits) {
    yield { type: 'decision-requested', ...startWait(state, call, { kind, since }) };
  }
}

const allowed: Permission = { kind: 'approve' };

/** Whether a call may run; `undefined` if a human must decide. */
function* permissionFor<Context>(
  run: Run<Context>,
  checked: PreparedCall<Context>,
): LoopGenerator<Permission | undefined> {
  const { call } = checked;
  // A decision counts even if the rule would not ask for it any more.
  const { permission } = openCallOf(run.state, call.id);
  if (permission !== undefined) return permission;
  if (!(yield* needsApproval(run, checked))) return allowed;
  const remembered = approvalsSlice.of(run.state).remembered.get(call.name);
  if (remembered === undefined) return undefined;
  changeOpenCall(run.state, call.id, { permission: remembered });
  yield { type: 'decision-resolved', call, decision: remembered };
  return remembered;
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
    returns: trueOrFalse,
  });
}

/**
 * The call with the arguments of a human, who corrects them if they are not valid; the model is not asked. Then the call waits
 * as `before`.
 */
function* editCall<Context>(
  run: Run<Context>,
  call: ToolCall,
  { edited, before }: { readonly edited: JsonObject; readonly before: OpenWait | undefined },
): LoopGenerator<CheckedCall<Context>> {
  const id = `${stepSlice.of(run.state).step}.check-edited.${call.id}`;
  const changed = { ...call, arguments: edited };
  const tools = toolSet(activeTools(run));
  const check = prepareCall(changed, tools);
  const [checked] = yield* awaitChecks(run, id, [check], callRecord([changed], tools));
  if (checked?.runnable === true) return { ...checked, isEdited: true };
  endWait(run.state, call.id, { permission: undefined, waiting: before });
  const problem = checked === undefined ? '' : textOf(checked.result.parts);
  throw new TurnwiseError(
    'invalid_options',
    `decisions["${call.id}"] has arguments that the tool does not accept. ${problem} Correct them and resume \`error.state\`.`,
  );
}

function deny(call: ToolCall, reason: string | undefined): RefusedCall {
  const text = `The user did not allow this call of "${call.name}".`;
  return refuse(call, 'denied', withReason(text, reason));
}

function giveUp(call: ToolCall, reason: string | undefined): RefusedCall {
  const text = `It is not known whether this call of "${call.name}" was carried out, and it is not tried again.`;
  return refuse(call, 'error', withReason(text, reason));
}

function withReason(text: string, reason: string | undefined): string {
  return reason === undefined ? text : `${text} Reason: ${reason}`;
}
