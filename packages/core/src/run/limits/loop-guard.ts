import { canonicalJson } from '../../canonical-json.ts';
import type { ParsedCall } from '../../dialect/dialect.ts';
import { isCount, isFlag, isText, objectOf } from '../../json-check.ts';
import { memoize } from '../../memoize.ts';
import { nodeCrypto } from '../../node-crypto.ts';
import { type CheckedCall, refuse } from '../../tool/prepare-call.ts';
import { type ToolCall, type ToolResult, textOf } from '../../turns/turn.ts';
import { openCallsSlice } from '../state/open-calls.ts';
import type { RunEventBody } from '../state/run-event.ts';
import type { Run } from '../state/run-setup.ts';
import type { RunState } from '../state/run-state.ts';
import { defineSlice, saved, savedMap, transient } from '../state/state-slice.ts';

/** A call that was made before. */
interface RepeatedCall {
  /** The last result, or its hash if that is shorter. */
  readonly result: string;
  /** How often the call had this result while no call had a new one. */
  readonly count: number;
  /** The value of `newResults` when it was counted. If that is higher now, the count is 1 again. */
  readonly newResults: number;
}

const none: ReadonlySet<string> = new Set();

/** What the loop guard remembers of earlier calls. */
export const loopGuardSlice = defineSlice({
  /** By name and arguments, or the hash of both if that is shorter. */
  repeatedCalls: savedMap<RepeatedCall>(
    objectOf({ result: isText, count: isCount, newResults: isCount }),
  ),
  /** How often a call had another result than the last time. */
  newResults: saved(() => 0, isCount),
  /** Ids of the calls of the open turn that the guard refused. */
  refused: transient((): ReadonlySet<string> => none),
  /** Whether the guard refused every call of the latest reply. */
  isWholeReply: saved(() => false, isFlag),
  /** How many of the latest replies in a row held a call that was not run because it was repeated. */
  repliesWithLoop: saved(() => 0, isCount),
});

/**
 * Refuses calls that were already made `maxRepeats` times with the same arguments and the same result, unless another call
 * returned something new since. Identical calls of one reply count too. The model gets that as the result; if its next reply
 * does the same, the run stops.
 */
export function* guardLoops<Context>(
  { setup, state }: Run<Context>,
  calls: readonly CheckedCall<Context>[],
): Generator<RunEventBody, readonly CheckedCall<Context>[]> {
  const { maxRepeats } = setup.limits;
  if (maxRepeats === 0) return calls;
  loopGuardSlice.of(state).refused = none;
  const { answered } = openCallsSlice.of(state);
  const [first] = calls;
  if (
    calls.length === 1 &&
    first !== undefined &&
    countOf(state, writtenCall(first)) < maxRepeats
  ) {
    return calls;
  }
  const guarded: CheckedCall<Context>[] = [];
  const refused = new Set<string>();
  const reported = new Set<string>();
  const inReply = new Map<string, number>();
  for (const checked of calls) {
    const call = writtenCall(checked);
    const key = keyOf(call);
    const earlier = inReply.get(key) ?? 0;
    const count = countOf(state, call) + earlier;
    if (count < maxRepeats) {
      inReply.set(key, earlier + 1);
      guarded.push(checked);
      continue;
    }
    refused.add(call.id);
    if (!reported.has(key) && !answered.has(call.id)) yield { type: 'loop-detected', call, count };
    reported.add(key);
    guarded.push(refuse(call, 'error', explainRepeat(call, count, earlier)));
  }
  loopGuardSlice.of(state).refused = refused;
  return guarded;
}

/** The model repeats what it wrote, and not what was repaired. */
function writtenCall<Context>(checked: CheckedCall<Context>): ToolCall {
  return checked.runnable ? checked.written : checked.call;
}

/** Whether the open loop has only calls that the guard refused, so that the model must answer before the run stops. */
export function mustAnswer<Context>({ state }: Run<Context>): boolean {
  const { repliesWithLoop, isWholeReply } = loopGuardSlice.of(state);
  return repliesWithLoop === 1 && isWholeReply;
}

/**
 * Whether the calls of a reply to a request without tools belong to a loop. Calls that are not repeated end the loop: the next
 * request offers tools again. Repeated calls stop the run.
 */
export function* endsLoop<Context>(
  run: Run<Context>,
  calls: readonly ParsedCall[],
): Generator<RunEventBody, boolean> {
  const { setup, state } = run;
  const guard = loopGuardSlice.of(state);
  if (!mustAnswer(run)) return false;
  const place = state.transcript.turns.length;
  const open = calls.map((call, index): ToolCall => ({ id: `${place}.${index}`, ...call }));
  const repeated = open.find((call) => countOf(state, call) >= setup.limits.maxRepeats);
  guard.repliesWithLoop = repeated === undefined ? 0 : 2;
  if (repeated !== undefined) {
    yield { type: 'loop-detected', call: repeated, count: countOf(state, repeated) };
  }
  return true;
}

function explainRepeat({ name }: ToolCall, count: number, earlierInReply: number): string {
  const where = earlierInReply === 0 ? 'with the same result' : 'with the same arguments';
  return `Not run: this call of "${name}" was already made ${count} times ${where}. Do something else, or answer.`;
}

/**
 * Remembers the results of calls; calls that the guard refused do not count again. A new result resets all counts: running
 * the same tests after each change is not a loop.
 */
export function rememberResults<Context>(
  { setup, state }: Run<Context>,
  calls: readonly ToolCall[],
  results: readonly ToolResult[],
): void {
  const { maxRepeats } = setup.limits;
  if (maxRepeats === 0) return;
  const guard = loopGuardSlice.of(state);
  guard.isWholeReply = guard.refused.size === calls.length;
  guard.repliesWithLoop = guard.refused.size > 0 ? guard.repliesWithLoop + 1 : 0;
  for (const [place, call] of calls.entries()) {
    const result = results[place];
    if (result === undefined || guard.refused.has(call.id)) continue;
    const count = countOf(state, call);
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

const keyOf = memoize(({ name, arguments: input, unreadable }: ToolCall) =>
  // The arguments of an unreadable call are empty: its text distinguishes it from others.
  digestOf(`${name} ${unreadable?.text ?? canonicalJson(input)}`),
);

/** A short text is its own digest. */
function digestOf(text: string): string {
  return text.length <= longestKey
    ? text
    : nodeCrypto().hash('sha256', text, 'base64url').slice(0, 22);
}

/** Characters: the state keeps one digest for each call and each result. */
const longestKey = 120;
