import { wireParameterName } from '../dialect/wire-name.ts';
import { isNonEmpty } from '../json.ts';
import { shorten } from '../shorten.ts';
import { cancelledResult } from '../tool/execute-call.ts';
import { type CheckedCall, prepareCall, type RefusedCall, refuse } from '../tool/prepare-call.ts';
import { toolSet } from '../tool/tool-set.ts';
import type { ToolCall, ToolResult, ToolTurn } from '../turns/turn.ts';
import { settleApprovals } from './calls/approvals.ts';
import { type CallOutcome, parkCall, performCall } from './calls/perform-call.ts';
import { groundCalls } from './grounding/ground-calls.ts';
import { countToolCalls } from './limits/limits.ts';
import { guardLoops, rememberResults } from './limits/loop-guard.ts';
import { awaitChecks, callRecord } from './program/await-checks.ts';
import { inboxSlice } from './program/drain-inbox.ts';
import { activeTools, recordLongResults } from './request/run-tools.ts';
import { addFix, maxFixChars } from './state/fixes.ts';
import { fork } from './state/loop-driver.ts';
import { forward, type LoopGenerator } from './state/loop-generator.ts';
import { closeCalls, openCallsSlice } from './state/open-calls.ts';
import type { RunEventBody, StartedCall } from './state/run-event.ts';
import type { Run } from './state/run-setup.ts';
import type { RunState } from './state/run-state.ts';

/**
 * Answers every open call that does not have to wait, and adds the tool turn once all of them have a result.
 * Calls start in call order and run in parallel, up to `maxParallelTools`, except calls of exclusive tools. Results have the
 * order of the calls.
 */
export function* callTools<Context>(run: Run<Context>): LoopGenerator<void> {
  const { transcript } = run.state;
  if (transcript.awaits !== 'tool') return;
  const { openCalls } = transcript;
  const isAborted = inboxSlice.of(run.state).aborted !== undefined;
  const due = isAborted
    ? unanswered(run, openCalls.map(cancel))
    : yield* settleCalls(run, openCalls);
  yield* reportRepairs(run, due);
  for (const batch of inBatches(due)) yield* answerCalls(run, batch);
  const open = openCallsSlice.of(run.state);
  const results = openCalls
    .map(({ id }) => open.answered.get(id))
    .filter((result) => result !== undefined);
  if (!isNonEmpty(results) || results.length < openCalls.length) {
    open.isExhausted = true;
    return;
  }
  closeCalls(run.state);
  rememberResults(run, openCalls, results);
  recordLongResults(run, results);
  const turn: ToolTurn = { role: 'tool', results };
  run.state.transcript = transcript.toolResults(results);
  yield { type: 'tool-turn-added', turn };
}

/**
 * Answers open calls of a given conversation as cancelled: a new input can reach the model only after them. Calls that have
 * run keep their results.
 */
export function* cancelOpenCalls(run: { readonly state: RunState }): Generator<RunEventBody, void> {
  const { transcript } = run.state;
  if (transcript.awaits !== 'tool') return;
  const { openCalls } = transcript;
  const { answered } = openCallsSlice.of(run.state);
  const results = openCalls.map((call) => answered.get(call.id) ?? cancelledResult(call));
  if (!isNonEmpty(results)) return;
  const names = openCalls.filter(({ id }) => !answered.has(id)).map(({ name }) => name);
  yield addFix(run, { kind: 'answered-calls', names });
  closeCalls(run.state);
  run.state.transcript = transcript.toolResults(results);
  yield { type: 'tool-turn-added', turn: { role: 'tool', results } };
}

/** Reported when the calls run, and not while they wait for a decision: a resumed run checks them again. */
function* reportRepairs<Context>(
  run: Run<Context>,
  settled: readonly CheckedCall<Context>[],
): Generator<RunEventBody, void> {
  for (const checked of settled) {
    if (!checked.runnable) continue;
    const { written, repairs, droppedKeys } = checked;
    const { name } = written;
    if (repairs.length > 0) {
      const text = shorten(JSON.stringify(written.arguments), maxFixChars);
      yield addFix(run, { kind: 'repaired-arguments', name, text, repairs });
    }
    if (droppedKeys.length > 0) {
      yield addFix(run, { kind: 'dropped-arguments', name, paths: droppedKeys });
    }
  }
}

function cancel(call: ToolCall): RefusedCall {
  return { runnable: false, call, result: cancelledResult(call) };
}

function unanswered<Context>(
  { state }: Run<Context>,
  calls: readonly CheckedCall<Context>[],
): readonly CheckedCall<Context>[] {
  const { answered } = openCallsSlice.of(state);
  return answered.size === 0 ? calls : calls.filter(({ call }) => !answered.has(call.id));
}

/** Checks the calls that have no result yet, and returns those that can be answered now: they may run, or are refused. */
function* settleCalls<Context>(
  run: Run<Context>,
  calls: readonly ToolCall[],
): LoopGenerator<readonly CheckedCall<Context>[]> {
  const active = toolSet(activeTools(run));
  const { answered } = openCallsSlice.of(run.state);
  const id = `${run.state.transcript.turns.length}.check-arguments`;
  const checks = calls.map((call) => {
    const result = answered.get(call.id);
    return result === undefined
      ? prepareCall(call, active, wireParameterName)
      : { runnable: false as const, call, result };
  });
  const checked = yield* awaitChecks(run, id, checks, callRecord(calls, active));
  const grounded = yield* groundCalls(run, checked);
  // Limits and the guard count all calls of the reply, also those that were answered before a pause.
  const guarded = yield* guardLoops(run, withinLimits(run, grounded));
  return yield* settleApprovals(run, unanswered(run, guarded));
}

/** Calls beyond a limit get a result too, so that the turn is complete. At `maxToolCalls` the run stops after it. */
function withinLimits<Context>(
  { setup, state }: Run<Context>,
  calls: readonly CheckedCall<Context>[],
): readonly CheckedCall<Context>[] {
  const { maxToolCalls, maxCallsPerReply } = setup.limits;
  const left = maxToolCalls === undefined ? Infinity : maxToolCalls - countToolCalls(state);
  return calls.map((checked, place) => {
    const { call } = checked;
    if (place >= left) {
      return refuse(call, 'cancelled', `The limit of ${maxToolCalls} tool calls is reached.`);
    }
    if (place < maxCallsPerReply) return checked;
    const message = `Not run: a reply may have at most ${maxCallsPerReply} calls. This call and all calls after it were dropped. Make those that you still need in your next reply.`;
    return refuse(call, 'cancelled', message);
  });
}

/** Groups neighbours that may run in parallel; a call of an exclusive tool is a batch of its own. */
function inBatches<Context>(calls: readonly CheckedCall<Context>[]): CheckedCall<Context>[][] {
  const batches: CheckedCall<Context>[][] = [];
  let isOpen = false;
  for (const call of calls) {
    const isAlone = call.runnable && call.tool.concurrency === 'exclusive';
    if (isOpen && !isAlone) batches.at(-1)?.push(call);
    else batches.push([call]);
    isOpen = !isAlone;
  }
  return batches;
}

function* answerCalls<Context>(
  run: Run<Context>,
  batch: readonly CheckedCall<Context>[],
): LoopGenerator<void> {
  const { effects, limits } = run.setup;
  const atOnce = Math.min(limits.maxParallelTools, batch.length);
  if (atOnce === 1) {
    for (const checked of batch) {
      yield { type: 'tool-started', ...shown(checked) };
      yield* answerCall(run, checked);
    }
    return;
  }
  for (const checked of batch.slice(0, atOnce)) yield { type: 'tool-started', ...shown(checked) };
  const queue = batch.entries();
  let isBroken = false;
  // Each lane answers one call after the other and takes the next from the shared queue.
  function* runLane(): LoopGenerator<void> {
    for (const [place, checked] of queue) {
      // No call begins after an engine has stopped the run in another lane.
      if (isBroken) return;
      if (place >= atOnce) yield { type: 'tool-started', ...shown(checked) };
      try {
        yield* answerCall(run, checked);
      } catch (thrown) {
        isBroken = true;
        throw thrown;
      }
    }
  }
  const lanes = Array.from({ length: atOnce }, () => fork(runLane()));
  yield* forward(effects.all(lanes), (event) => [event]);
}

function* answerCall<Context>(
  run: Run<Context>,
  checked: CheckedCall<Context>,
): LoopGenerator<void> {
  const { call } = checked;
  const outcome: CallOutcome = checked.runnable
    ? yield* performCall(run, checked)
    : { result: checked.result, durationMs: 0 };
  if (!('result' in outcome)) return yield* parkCall(run, call, outcome);
  const { result, durationMs } = outcome;
  const reported = checked.runnable && checked.isEdited ? reportEdit(call, result) : result;
  openCallsSlice.of(run.state).answered.set(call.id, reported);
  yield { type: 'tool-finished', ...shown(checked), result: reported, durationMs };
}

/** What the events of a call have in common. */
function shown<Context>({ call, runnable }: CheckedCall<Context>): StartedCall<ToolCall> {
  return runnable ? { call } : { call, refused: true };
}

/** The transcript keeps the arguments of the model, so the result has those that were used. */
function reportEdit(call: ToolCall, result: ToolResult): ToolResult {
  const text = `The user changed the arguments of this call to ${JSON.stringify(call.arguments)}.`;
  return { ...result, parts: [{ type: 'text', text }, ...result.parts] };
}
