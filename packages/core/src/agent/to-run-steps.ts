import type { StepRecord } from '../run/state/step.ts';
import type { ToolCall, ToolResult, Turn } from '../turns/turn.ts';
import type { RunStep, StepCall } from './run-result.ts';

/** The steps of a run, with the arguments and results of their calls from the conversation. */
export function toRunSteps(
  records: readonly StepRecord[],
  turns: readonly Turn[],
): readonly RunStep[] {
  const ids = new Set<string>();
  for (const { calls } of records) for (const { id } of calls) ids.add(id);
  const answered = findAnsweredCalls(turns, ids);
  return records.map((record) => ({
    ...record,
    calls: record.calls.map(({ id }) => answered.get(id)).filter((call) => call !== undefined),
  }));
}

/** Reads from the end, because the conversation before the run may be long. Removes the calls that it finds from `missing`. */
function findAnsweredCalls(
  turns: readonly Turn[],
  missing: Set<string>,
): ReadonlyMap<string, StepCall> {
  const results = new Map<string, ToolResult>();
  const answered = new Map<string, StepCall>();
  for (let place = turns.length - 1; place >= 0 && missing.size > 0; place -= 1) {
    const turn = turns[place];
    for (const result of turn?.role === 'tool' ? turn.results : []) {
      results.set(result.callId, result);
    }
    for (const call of callsOf(turn)) {
      const result = results.get(call.id);
      if (result === undefined || !missing.delete(call.id)) continue;
      answered.set(call.id, toStepCall(call, result));
    }
  }
  return answered;
}

function callsOf(turn: Turn | undefined): readonly ToolCall[] {
  return turn?.role === 'assistant' && turn.kind === 'calls' ? turn.calls : [];
}

function toStepCall(call: ToolCall, result: ToolResult): StepCall {
  return {
    id: call.id,
    name: call.name,
    arguments: call.arguments,
    status: result.status,
    result,
  };
}
