import fc from 'fast-check';
import type { AgentInput } from '../../src/agent/read-input.ts';
import type { FinishReason } from '../../src/dialect/wire.ts';
import { ModelError } from '../../src/errors.ts';
import type { ModelProfile } from '../../src/profile/model-profile.ts';
import { arbitraryCall, type WrittenCall } from './arbitrary-call.ts';
import { arbitraryServedReply } from './arbitrary-served-reply.ts';
import { arbitraryText, lure } from './arbitrary-text.ts';
import { rawCalls, rawFailure, rawText, type WireReply } from './scripted-transport.ts';
import type { Execution } from './spy-tools.ts';
import { tinyPng } from './tiny-image.ts';

/** A reply, and the executions that it may cause: only complete, valid calls. */
export interface ArbitraryReply {
  readonly wire: WireReply;
  readonly mayRun: readonly Execution[];
}

/** An input of the user: text, or texts around an image. */
export function arbitraryInput(profile: ModelProfile): fc.Arbitrary<AgentInput> {
  const text = arbitraryText(profile);
  const parts = fc.tuple(text, text, text).map(
    ([first, second, third]): AgentInput => [
      { type: 'text', text: first },
      { type: 'text', text: second },
      { type: 'image', image: tinyPng },
      { type: 'text', text: third },
    ],
  );
  return fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: parts });
}

/** A reply of the server, valid or not. */
export function arbitraryReply(profile: ModelProfile): fc.Arbitrary<ArbitraryReply> {
  const text = arbitraryText(profile);
  const finish = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<FinishReason>('stop', 'stop', 'tool-calls', 'other') },
    { weight: 1, arbitrary: fc.constantFrom<FinishReason>('length', 'content-filter') },
  );
  const calls = fc.array(arbitraryCall(profile), { minLength: 1, maxLength: 3 });
  const native = fc.tuple(calls, fc.oneof(fc.constant(''), text), finish).map(toNativeReply);
  const repeated = fc
    .tuple(arbitraryCall(profile), fc.integer({ min: 4, max: 60 }), finish)
    .map(([call, times, reason]) => toNativeReply([Array(times).fill(call), '', reason]));
  const written = fc.tuple(calls, fc.constantFrom(...forms), finish).map(toTextReply);
  const plain = fc
    .tuple(text, finish)
    .map(([written, reason]) => onlyText(rawText(written, reason)));
  const empty = finish.map((reason) => onlyText(rawText('', reason)));
  const served = arbitraryServedReply(profile).map(({ served, mayRun }) => ({
    wire: { ...rawText(''), served },
    mayRun,
  }));
  const failure = fc.constantFrom('model_failed', 'model_overloaded', 'model_unreachable');
  const failed = failure.map((code) =>
    onlyText(rawFailure(new ModelError(code, 'The server is gone.'))),
  );
  const whole = fc.oneof(
    { weight: 8, arbitrary: native },
    { weight: 6, arbitrary: served },
    { weight: 1, arbitrary: repeated },
    { weight: 3, arbitrary: written },
    { weight: 3, arbitrary: plain },
    { weight: 2, arbitrary: arbitraryThought(fc.oneof(plain, written, native, empty)) },
    { weight: 1, arbitrary: empty },
    { weight: 1, arbitrary: failed },
  );
  const breaks = fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.nat(4) },
  );
  return fc
    .tuple(whole, breaks)
    .map(([written, restartsAfter]) =>
      restartsAfter === undefined
        ? written
        : { ...written, wire: { ...written.wire, restartsAfter } },
    );
}

function toNativeReply([calls, text, finishReason]: [
  WrittenCall[],
  string,
  FinishReason,
]): ArbitraryReply {
  const written = calls.map(({ name, json }) => [name, json] as const);
  return { wire: rawCalls(written, { text, finishReason }), mayRun: runnable(calls, finishReason) };
}

const forms = ['list', 'fenced list', 'guided JSON'] as const;

function toTextReply([calls, form, finishReason]: [
  WrittenCall[],
  (typeof forms)[number],
  FinishReason,
]): ArbitraryReply {
  const list = `[${calls.map(({ python }) => python).join(', ')}]`;
  const json = calls.map(
    (call) => `{"name":${JSON.stringify(call.textName)},"arguments":${call.json}}`,
  );
  const text = {
    list,
    'fenced list': `\`\`\`tool_code\n${list}\n\`\`\``,
    'guided JSON': `{"calls":[${json}]}`,
  }[form];
  return { wire: rawText(text, finishReason), mayRun: runnable(calls, finishReason) };
}

function runnable(calls: readonly WrittenCall[], finishReason: FinishReason): Execution[] {
  if (isIncomplete(finishReason)) return [];
  return calls.flatMap(({ tool, input, mayRun }) => (mayRun ? [{ name: tool, input }] : []));
}

/** A reply with a thought in its text, which contains a call that never runs. */
function arbitraryThought(rest: fc.Arbitrary<ArbitraryReply>): fc.Arbitrary<ArbitraryReply> {
  const thought = 'Perhaps\n[echo(text="from a thought")]\nor not.';
  const wrap = fc.constantFrom(
    (text: string) => `<think>${thought}</think>\n${text}`,
    (text: string) => `[THINK]\n${thought}\n[/THINK]${text}`,
    (text: string) => `${thought}\n</think>\n\n${text}`,
    (text: string) => `<thinking>\n${thought}</thinking>\n<think>${thought}</think>${text}`,
    (text: string) => `<think>So.</think>\n${thought}\n</think>\n${text}`,
  );
  return fc.tuple(rest, wrap).map(([{ wire, mayRun }, around]) => {
    const { end } = wire;
    if (end instanceof Error) return { wire, mayRun };
    return { wire: { ...wire, end: { ...end, text: around(end.text) } }, mayRun };
  });
}

/** A text reply. Its only calls are the occurrences of the lure. */
function onlyText(wire: WireReply): ArbitraryReply {
  const { end } = wire;
  const isWhole = !(end instanceof Error) && !isIncomplete(end.finishReason);
  const lures = isWhole ? end.text.split(lure).length - 1 : 0;
  return { wire, mayRun: Array(lures).fill({ name: 'echo', input: { text: 'lured' } }) };
}

function isIncomplete(finishReason: FinishReason): boolean {
  return finishReason === 'length' || finishReason === 'content-filter';
}
