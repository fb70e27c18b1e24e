import type { JsonValue } from '../../json.ts';
import {
  type AskedQuestion,
  convertOutput,
  type ExecutedCall,
  executeCall,
} from '../../tool/execute-call.ts';
import type { PreparedCall } from '../../tool/prepare-call.ts';
import type { ToolCall } from '../../turns/turn.ts';
import { callProgram } from '../program/program-function.ts';
import { readClock } from '../program/read-clock.ts';
import { forward, type LoopGenerator } from '../state/loop-generator.ts';
import { changeOpenCall, openCallOf, startWait } from '../state/open-calls.ts';
import type { Run } from '../state/run-setup.ts';

/** What an engine records for a call that may or may not have run before a crash, and that must not run twice. */
export interface InDoubt {
  readonly inDoubt: true;
}

/** How a call ended: with a result, with a question, or in doubt. */
export type CallOutcome = ExecutedCall | AskedQuestion | InDoubt;

/** Executes a call that was checked, as an effect. If a human has reported its result, it is not executed. */
export function* performCall<Context>(
  run: Run<Context>,
  prepared: PreparedCall<Context>,
): LoopGenerator<CallOutcome> {
  const { call } = prepared;
  const { setup, state } = run;
  const { given, answers, executions = 0 } = openCallOf(state, call.id);
  if (given !== undefined) return yield* readGiven(run, prepared, given[0]);
  const { context, signal, keepImage } = setup;
  const performing = setup.effects.perform<JsonValue, CallOutcome>({
    kind: 'tool',
    id: executions === 0 ? call.id : `${call.id}.again.${executions}`,
    name: call.name,
    repeat: prepared.tool.repeat,
    input: () => ({ callId: call.id, name: call.name, arguments: call.arguments }),
    execute: ({ attempt }) =>
      executeCall(prepared, {
        context,
        signal,
        keepImage,
        runId: state.runId,
        attempt: attempt + executions,
        answers,
      }),
  });
  return yield* forward(performing, (progress) => [{ type: 'tool-progressed', call, progress }]);
}

/** The result that a human reported, as if the tool had returned it. */
function* readGiven<Context>(
  run: Run<Context>,
  prepared: PreparedCall<Context>,
  value: JsonValue,
): LoopGenerator<ExecutedCall> {
  const { signal, keepImage } = run.setup;
  const result = yield* callProgram(run, {
    name: `result of tool "${prepared.call.name}"`,
    id: `${prepared.call.id}.given`,
    input: () => value,
    execute: () => convertOutput(prepared, value, (source) => keepImage(source, signal)),
  });
  return { result, durationMs: 0 };
}

/** Lets a call without a result wait for a decision. Once that is known, the call needs no further approval. */
export function* parkCall<Context>(
  run: Run<Context>,
  call: ToolCall,
  outcome: AskedQuestion | InDoubt,
): LoopGenerator<void> {
  const { state } = run;
  const { executions = 0, permission = { kind: 'approve' } } = openCallOf(state, call.id);
  const count = executions + 1;
  changeOpenCall(state, call.id, { executions: count, permission });
  const since = yield* readClock(run, `${call.id}.waits.${count}`);
  const asked =
    'inDoubt' in outcome
      ? { kind: 'in-doubt' as const, since }
      : { kind: 'question' as const, since, question: outcome.question };
  yield { type: 'decision-requested', ...startWait(state, call, asked) };
}
