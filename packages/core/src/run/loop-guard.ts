import { hash } from 'node:crypto';
import { isJsonObject, type JsonValue } from '../json.ts';
import { type CheckedCall, refuse } from '../tool/prepare-call.ts';
import { type ToolCall, type ToolResult, textOf } from '../turns/turn.ts';
import type { RunEventBody } from './run-event.ts';
import type { Run } from './run-setup.ts';
import type { RunState } from './run-state.ts';

/**
 * Answers calls instead of running them that were made before, with the same arguments and the same result so many times
 * while nothing else was found out. The model is told; where its next reply does the same, the run stops.
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
    const message = `This call of "${checked.call.name}" was made ${count} times with the same result and was not made again. Do something else, or answer.`;
    guarded.push(refuse(checked.call, 'error', message));
  }
  return guarded;
}

/**
 * Remembers what calls led to; those that were answered by the guard itself do not count again. A result that was not seen
 * before makes every count begin anew: whoever runs the same tests after each change goes in no circle.
 */
export function rememberResults<Context>(
  { setup, state }: Run<Context>,
  calls: readonly CheckedCall<Context>[],
  results: readonly ToolResult[],
): void {
  const { maxRepeats } = setup.limits;
  if (maxRepeats === 0) return;
  const isLoop = calls.some(({ call }) => countOf(state, call) >= maxRepeats);
  state.loopsDetected = isLoop ? state.loopsDetected + 1 : 0;
  for (const [place, { call }] of calls.entries()) {
    const result = results[place];
    const count = countOf(state, call);
    if (result === undefined || count >= maxRepeats) continue;
    const digest = digestOf(`${result.status} ${textOf(result.parts)}`);
    const key = keyOf(call);
    const isNew = state.repeats[key]?.result !== digest;
    if (isNew) state.findings += 1;
    const { findings } = state;
    state.repeats[key] = { result: digest, count: isNew ? 1 : count + 1, findings };
  }
}

/** Counts of a time when less was found out have begun anew since. */
function countOf({ repeats, findings }: RunState, call: ToolCall): number {
  const repeated = repeats[keyOf(call)];
  if (repeated === undefined) return 0;
  return repeated.findings === findings ? repeated.count : 1;
}

function keyOf(call: ToolCall): string {
  const key = keys.get(call) ?? digestOf(`${call.name} ${sortedJson(call.arguments)}`);
  keys.set(call, key);
  return key;
}

const keys = new WeakMap<ToolCall, string>();

/** Texts that are short stand for themselves. */
function digestOf(text: string): string {
  return text.length <= longestKey ? text : hash('sha256', text, 'base64url').slice(0, 22);
}

/** Characters: the state keeps one for each call and each result. */
const longestKey = 120;

/** JSON whose keys stand in one order. */
function sortedJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (!isJsonObject(value)) return `[${value.map(sortedJson).join(',')}]`;
  const keys = Object.keys(value).sort();
  const members = keys.map((key) => `${JSON.stringify(key)}:${sortedJson(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}
