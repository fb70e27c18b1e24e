import { isNonEmpty, type JsonValue } from '../json.ts';
import { type ExecutedCall, executeCall } from '../tool/execute-call.ts';
import { type CheckedCall, type PreparedCall, prepareCall, refuse } from '../tool/prepare-call.ts';
import type { Tool } from '../tool/tool.ts';
import { toolSet } from '../tool/tool-set.ts';
import type { ToolResult, ToolTurn } from '../turns/turn.ts';
import { settleApprovals } from './approvals.ts';
import { countToolCalls } from './limits.ts';
import { awaitAll, fork, forward, type LoopGenerator } from './loop-generator.ts';
import { guardLoops, rememberResults } from './loop-guard.ts';
import type { Run } from './run-setup.ts';
import { runTools } from './run-tools.ts';

/**
 * Answers every open call and adds the tool turn: validate, approve, run. Adds nothing while a call waits for a human.
 * Calls start in call order and run side by side, but for exclusive tools; results stand in call order.
 */
export function* callTools<Context>(run: Run<Context>): LoopGenerator<void> {
  const { state } = run;
  const { transcript } = state;
  if (transcript.awaits !== 'tool') return;
  const active = toolSet(activeTools(run));
  const checked = yield* awaitAll(transcript.openCalls.map((call) => prepareCall(call, active)));
  const guarded = yield* guardLoops(run, withinCallLimit(run, checked));
  const settled = yield* settleApprovals(run, guarded);
  if (settled === undefined) return;
  const results: ToolResult[] = [];
  for (const batch of inBatches(settled)) {
    for (const { call } of batch) yield { type: 'tool-started', call };
    results.push(...(yield* answerCalls(run, batch)));
  }
  if (!isNonEmpty(results)) return;
  rememberResults(run, settled, results);
  state.hasLongResult ||= results.some(isLong);
  const turn: ToolTurn = { role: 'tool', results };
  state.transcript = transcript.toolResults(results);
  yield { type: 'tool-turn-added', turn };
}

/** The tools that the last request offered: mostly all of them, which are the same list every time. */
function activeTools<Context>(run: Run<Context>): readonly Tool<Context>[] {
  const { activeTools } = run.state;
  const tools = runTools(run);
  const isAll =
    tools.length === activeTools.length && tools.every(({ name }, at) => name === activeTools[at]);
  if (isAll) return tools;
  const names = new Set(activeTools);
  return tools.filter(({ name }) => names.has(name));
}

/** Calls beyond the limit are answered, so that the turn is whole; the run stops after it. */
function withinCallLimit<Context>(
  { setup, state }: Run<Context>,
  calls: readonly CheckedCall<Context>[],
): readonly CheckedCall<Context>[] {
  const { maxToolCalls } = setup.limits;
  if (maxToolCalls === undefined) return calls;
  const left = maxToolCalls - countToolCalls(state);
  return calls.map((checked, place) =>
    place < left
      ? checked
      : refuse(checked.call, 'cancelled', `The limit of ${maxToolCalls} tool calls is reached.`),
  );
}

/** Neighbours that may run side by side; a call of an exclusive tool stands alone. */
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

function isLong({ parts, maxChars = Infinity }: ToolResult): boolean {
  return parts.some((part) => part.type === 'text' && part.text.length > maxChars);
}

/** Answers calls side by side. */
function* answerCalls<Context>(
  run: Run<Context>,
  batch: readonly CheckedCall<Context>[],
): LoopGenerator<readonly ToolResult[]> {
  const [only] = batch;
  if (only !== undefined && batch.length === 1) return [yield* answerCall(run, only)];
  const { effects } = run.setup;
  const answers = effects.all(batch.map((call) => fork(answerCall(run, call))));
  return yield* forward(answers, (event) => [event]);
}

function* answerCall<Context>(
  run: Run<Context>,
  checked: CheckedCall<Context>,
): LoopGenerator<ToolResult> {
  const { call } = checked;
  const { result, durationMs } = checked.runnable
    ? yield* performCall(run, checked)
    : { result: checked.result, durationMs: 0 };
  yield { type: 'tool-finished', call, result, durationMs };
  return result;
}

function* performCall<Context>(
  { setup, state }: Run<Context>,
  prepared: PreparedCall<Context>,
): LoopGenerator<ExecutedCall> {
  const { call } = prepared;
  const { context, signal, blobs } = setup;
  const performing = setup.effects.perform<JsonValue, ExecutedCall>({
    kind: 'tool',
    id: call.id,
    input: () => ({ name: call.name, arguments: call.arguments }),
    execute: () =>
      executeCall(prepared, { context, signal, blobs, runId: state.runId, attempt: 1 }),
  });
  return yield* forward(performing, (progress) => [{ type: 'tool-progressed', call, progress }]);
}
