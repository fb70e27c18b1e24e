import { hash } from 'node:crypto';
import { isJsonObject, type JsonValue } from '../json.ts';
import { memoize } from '../memoize.ts';
import { type CheckedCall, refuse } from '../tool/prepare-call.ts';
import { type ToolCall, type ToolResult, textOf } from '../turns/turn.ts';
import type { RunEventBody } from './run-event.ts';
import type { Run } from './run-setup.ts';
import type { RunState } from './run-state.ts';
import { isCount, isText, objectOf } from './state-check.ts';
import { defineSlice, saved, savedMap } from './state-slice.ts';

/** A call that was made before. */
interface RepeatedCall {
  /** The last result, or its hash if that is shorter. */
  readonly result: string;
  /** How often the call had this result while no call had a new one. */
  readonly count: number;
  /** The value of `newResults` when it was counted. If that is higher now, the count is 1 again. */
  readonly newResults: number;
}

/** What the loop guard remembers of earlier calls. */
export const loopGuardSlice = defineSlice({
  /** By name and arguments, or the hash of both if that is shorter. */
  repeatedCalls: savedMap<RepeatedCall>(
    objectOf({ result: isText, count: isCount, newResults: isCount }),
  ),
  /** How often a call had another result than the last time. */
  newResults: saved(() => 0, isCount),
  /** How many of the latest replies in a row held a call that was not run because it was repeated. */
  repliesWithLoop: saved(() => 0, isCount),
});

/**
 * Refuses calls that were already made `maxRepeats` times with the same arguments and the same result, unless another call
 * returned something new since. The model gets that as the result; if its next reply does the same, the run stops.
 */
export function* guardLoops<Context>(
  { setup, state }: Run<Context>,
  calls: readonly CheckedCall<Context>[],
): Generator<RunEventBody, readonly CheckedCall<Context>[]> {
  const { maxRepeats } = setup.limits;
  if (maxRepeats === 0) return calls;
  const guarded: CheckedCall<Context>[] = [];
  for (const checked of calls) {
    const count = countOf(state, checked.call);
    if (count < maxRepeats) {
      guarded.push(checked);
      continue;
    }
    yield { type: 'loop-detected', call: checked.call, count };
    const message = `Not run: this call of "${checked.call.name}" was already made ${count} times with the same result. Do something else, or answer.`;
    guarded.push(refuse(checked.call, 'error', message));
  }
  return guarded;
}

/**
 * Remembers the results of calls; calls that the guard refused do not count again. A new result resets all counts: running
 * the same tests after each change is not a loop.
 */
export function rememberResults<Context>(
  { setup, state }: Run<Context>,
  calls: readonly CheckedCall<Context>[],
  results: readonly ToolResult[],
): void {
  const { maxRepeats } = setup.limits;
  if (maxRepeats === 0) return;
  const guard = loopGuardSlice.of(state);
  const hasLoop = calls.some(({ call }) => countOf(state, call) >= maxRepeats);
  guard.repliesWithLoop = hasLoop ? guard.repliesWithLoop + 1 : 0;
  for (const [place, { call }] of calls.entries()) {
    const result = results[place];
    const count = countOf(state, call);
    if (result === undefined || count >= maxRepeats) continue;
    const digest = digestOf(`${result.status} ${textOf(result.parts)}`);
    const isNew = guard.repeatedCalls.get(keyOf(call))?.result !== digest;
    if (isNew) guard.newResults += 1;
    const { newResults } = guard;
    guard.repeatedCalls.set(keyOf(call), {
      result: digest,
      count: isNew ? 1 : count + 1,
      newResults,
    });
  }
}

function countOf(state: RunState, call: ToolCall): number {
  const { repeatedCalls, newResults } = loopGuardSlice.of(state);
  const repeated = repeatedCalls.get(keyOf(call));
  if (repeated === undefined) return 0;
  return repeated.newResults === newResults ? repeated.count : 1;
}

const keyOf = memoize((call: ToolCall) => digestOf(`${call.name} ${sortedJson(call.arguments)}`));

/** A short text is its own digest. */
function digestOf(text: string): string {
  return text.length <= longestKey ? text : hash('sha256', text, 'base64url').slice(0, 22);
}

/** Characters: the state keeps one digest for each call and each result. */
const longestKey = 120;

/** JSON with sorted keys. */
function sortedJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (!isJsonObject(value)) return `[${value.map(sortedJson).join(',')}]`;
  const keys = Object.keys(value).sort();
  const members = keys.map((key) => `${JSON.stringify(key)}:${sortedJson(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}
