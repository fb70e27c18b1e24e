import {
  type CheckedCall,
  type PreparedCall,
  type RefusedCall,
  refuse,
} from '../tool/prepare-call.ts';
import type { ToolCall } from '../turns/turn.ts';
import { awaitValue, type LoopGenerator } from './loop-generator.ts';
import type { Run } from './run-setup.ts';

/**
 * Applies the decisions of a human to the calls that need one. `undefined` where one is still missing: then none of the
 * turn's calls run yet, and the run pauses. An aborted run waits for nobody.
 */
export function* settleApprovals<Context>(
  run: Run<Context>,
  calls: readonly CheckedCall<Context>[],
): LoopGenerator<readonly CheckedCall<Context>[] | undefined> {
  const { state } = run;
  const asked = yield* callsToApprove(run, calls);
  if (asked.length === 0) {
    state.undecided = none;
    return calls;
  }
  const undecided = asked.filter(({ id }) => state.decisions[id] === undefined);
  state.undecided = undecided.map(({ id }) => id);
  if (undecided.length > 0) {
    for (const call of undecided) yield { type: 'approval-requested', call };
    return undefined;
  }
  const refused = new Map<string, RefusedCall>();
  for (const call of asked) {
    const decision = state.decisions[call.id];
    if (decision === undefined) continue;
    yield { type: 'approval-resolved', call, decision };
    if (!decision.approved) refused.set(call.id, deny(call, decision.reason));
  }
  return calls.map((checked) => refused.get(checked.call.id) ?? checked);
}

const none: readonly string[] = [];

function* callsToApprove<Context>(
  run: Run<Context>,
  calls: readonly CheckedCall<Context>[],
): LoopGenerator<ToolCall[]> {
  const asked: ToolCall[] = [];
  if (run.state.aborted !== undefined) return asked;
  for (const checked of calls) {
    if (!checked.runnable) continue;
    // A decision holds, whatever the rule says of the call once it is asked again.
    const isDecided = run.state.decisions[checked.call.id] !== undefined;
    if (isDecided || (yield* awaitValue(needsApproval(run, checked)))) asked.push(checked.call);
  }
  return asked;
}

function needsApproval<Context>(
  { setup, state }: Run<Context>,
  { call, tool, input }: PreparedCall<Context>,
): boolean | Promise<boolean> {
  const rule = tool.needsApproval;
  if (typeof rule === 'boolean') return rule;
  return setup.effects.value({
    kind: 'function',
    id: `${state.step}.needs-approval.${call.id}`,
    input: () => call.arguments,
    execute: () => rule(input, { context: setup.context, callId: call.id }),
  });
}

function deny(call: ToolCall, reason: string | undefined): RefusedCall {
  const because = reason === undefined ? '' : ` Reason: ${reason}`;
  return refuse(call, 'denied', `The user did not allow this call of "${call.name}".${because}`);
}
