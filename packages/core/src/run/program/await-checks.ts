import type { JsonValue } from '../../json.ts';
import { nodeUtil } from '../../node-util.ts';
import { isPromiseLike } from '../../promise-like.ts';
import { acceptedCall, type CheckedCall, type PreparedCall } from '../../tool/prepare-call.ts';
import type { Tool } from '../../tool/tool.ts';
import type { ToolSet } from '../../tool/tool-set.ts';
import type { ToolCall } from '../../turns/turn.ts';
import { awaitValue, type LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';
import { callProgram } from './program-function.ts';

/** How the result of a check is recorded. */
export interface CheckRecord<Result> {
  /** The part of a result that is recorded. */
  toJson(result: Result): unknown;
  /** The result for what was recorded of the check with this index. */
  fromJson(json: unknown, index: number): Result;
}

/** A result whose value JSON cannot represent, such as a date, is not recorded: in a replay the value is checked again. */
type Recorded = { readonly json: JsonValue } | { readonly json?: undefined };

/**
 * Waits for checks that the program's schemas make, but not longer than the run. Checks that are done already need no effect:
 * most schemas are synchronous. The results of the others are recorded, because a schema can ask the outside world. Throws an
 * `Interruption` if the run is aborted.
 */
export function* awaitChecks<Context, Result>(
  run: Run<Context>,
  id: string,
  checks: readonly (Result | Promise<Result>)[],
  record: CheckRecord<Result>,
): LoopGenerator<readonly Result[]> {
  if (!checks.some(isPromiseLike)) return checks as readonly Result[];
  const checking = Promise.all(checks);
  checking.catch(() => undefined);
  const recorded = yield* callProgram(run, {
    name: 'A schema',
    id,
    input: () => null,
    execute: () => checking.then((results) => results.map((each) => toRecorded(each, record))),
  });
  const known = recorded.every(({ json }) => json !== undefined) ? [] : yield* awaitValue(checking);
  return recorded.map(({ json }, index) =>
    json === undefined ? (known[index] as Result) : record.fromJson(json, index),
  );
}

function toRecorded<Result>(result: Result, record: CheckRecord<Result>): Recorded {
  try {
    const part = record.toJson(result);
    const json: JsonValue = JSON.parse(JSON.stringify(part));
    return nodeUtil().isDeepStrictEqual(json, part) ? { json } : {};
  } catch {
    // A transform may return anything: a bigint, a cycle, a getter that throws.
    return {};
  }
}

/** Records checks of calls: the call and its tool are known in a replay. */
export function callRecord<Context>(
  calls: readonly ToolCall[],
  tools: ToolSet<Context>,
): CheckRecord<CheckedCall<Context>> {
  return {
    toJson: (checked) => {
      if (!checked.runnable) return { runnable: false, result: checked.result };
      const { call: _call, written: _written, tool: _tool, ...rest } = checked;
      return rest;
    },
    fromJson: (json, index) => {
      const written = calls[index] as ToolCall;
      // It was recorded of a checked call; a call that may run has a tool.
      const recorded = json as unknown as Pick<PreparedCall, 'repaired'> | { repaired?: undefined };
      const { repaired } = recorded;
      if (repaired === undefined) return { ...recorded, call: written } as CheckedCall<Context>;
      const tool = tools.get(written.name) as Tool<Context>;
      // Without repairs a recorded copy is equal, and the call stays the same object.
      const call = acceptedCall(
        written,
        nodeUtil().isDeepStrictEqual(repaired, written.arguments) ? written.arguments : repaired,
      );
      return { ...recorded, call, written, tool } as CheckedCall<Context>;
    },
  };
}

/** Records validations, which are JSON if their value is. */
export function validationRecord<Result>(): CheckRecord<Result> {
  return { toJson: (result) => result, fromJson: (json) => json as Result };
}
