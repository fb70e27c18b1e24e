import { canonicalJson } from '../../canonical-json.ts';
import { callLikeness } from '../../dialect/call-like-text.ts';
import type { ParsedCall } from '../../dialect/dialect.ts';
import { wireName } from '../../dialect/wire-name.ts';
import { ModelError } from '../../errors.ts';
import { memoize } from '../../memoize.ts';
import type { ModelReply } from '../../model/model.ts';
import { type ToolCall, textOf } from '../../turns/turn.ts';
import { type Attempt, forcesCall } from '../request/compose-request.ts';
import { dialectSlice } from '../request/perform-request.ts';
import { activeTools, runTools } from '../request/run-tools.ts';
import type { Verdict } from '../request/verdict.ts';
import { formatRawReply } from '../state/fixes.ts';
import type { Run } from '../state/run-setup.ts';

/** What is doubtful about a reply, although it may be complete. */
interface Doubt {
  readonly kind:
    | 'empty'
    | 'unread-call'
    | 'written-call'
    | 'described-call'
    | 'repeated-call'
    | 'missing-call';
  /** As one sentence. */
  readonly reason: string;
}

/**
 * Decides about a reply that is neither an answer nor a new call: it is empty, holds or describes a call that cannot be read, repeats
 * the calls that were just answered, or is text although a call is forced. The request is sent again in another form: in the
 * guided dialect if the server takes grammars, without the repeated tools, or for an answer without tools. Returns
 * `undefined` if the reply is not doubtful, or if it is acceptable because no other form is left.
 */
export function doubtReply<Context>(
  run: Run<Context>,
  attempt: Attempt,
  reply: ModelReply,
  { fitsOutput }: { readonly fitsOutput: boolean },
): Verdict | undefined {
  const doubt = findDoubt(run, attempt, reply, fitsOutput);
  if (doubt === undefined) return undefined;
  const again = (change: Partial<Attempt>): Verdict => ({
    kind: 'ask-again',
    attempt: { ...attempt, ...change },
    fix: { kind: 'asked-again', reason: doubt.reason, text: formatRawReply(reply.raw) },
  });
  if (reply.grammar === 'available' && attempt.doubt === undefined && attempt.phase === 'act') {
    const memory = dialectSlice.of(run.state);
    memory.doubts += 1;
    return again({ doubt: { reason: doubt.reason, count: memory.doubts } });
  }
  switch (doubt.kind) {
    case 'described-call':
    case 'unread-call':
      return undefined;
    case 'empty':
      // At temperature 0 the same request gives the same empty reply.
      return attempt.phase === 'act'
        ? again({ phase: 'answer', withoutStreaming: true })
        : undefined;
    case 'repeated-call':
      return reply.grammar === 'used' && attempt.excludedTools === undefined
        ? again({ excludedTools: namesOf(reply) })
        : undefined;
    case 'written-call':
    case 'missing-call':
      return attempt.note === undefined
        ? again({ note: noteOn(doubt.kind) })
        : { kind: 'fail', error: noCall(run, doubt, reply) };
  }
}

function findDoubt<Context>(
  run: Run<Context>,
  attempt: Attempt,
  reply: ModelReply,
  fitsOutput: boolean,
): Doubt | undefined {
  const { parsed, raw, grammar } = reply;
  if (parsed.kind === 'unusable') {
    const isEmpty = raw.text.trim() === '' && raw.calls.length === 0;
    // Some servers lose replies in the stream: without a result before it, the same request is first sent again, whole.
    const isCounted = isAfterResult(run) || (grammar === 'available' && attempt.withoutStreaming);
    return isEmpty && isCounted ? { kind: 'empty', reason: parsed.problem } : undefined;
  }
  if (parsed.kind === 'calls') {
    return attempt.phase === 'act' ? doubtCalls(run, reply, parsed.calls) : undefined;
  }
  if (attempt.phase === 'act' && forcesCall(run, activeTools(run))) {
    const choice = JSON.stringify(run.setup.toolChoice);
    const reason = `\`toolChoice\` is ${choice}, but the reply was text.`;
    return { kind: 'missing-call', reason };
  }
  return fitsOutput ? undefined : doubtText(run, parsed.text, grammar);
}

function doubtCalls<Context>(
  run: Run<Context>,
  { grammar, finishReason }: ModelReply,
  calls: readonly ParsedCall[],
): Doubt | undefined {
  const isUnread = calls.every(({ unreadable }) => unreadable !== undefined);
  // A cut reply is not a matter of the dialect.
  if (isUnread && grammar === 'available' && finishReason !== 'length') {
    return { kind: 'unread-call', reason: 'No call of the reply can be read.' };
  }
  return repeatsCalls(run, calls)
    ? { kind: 'repeated-call', reason: 'The reply repeated the calls that were just answered.' }
    : undefined;
}

const writtenCall: Doubt = {
  kind: 'written-call',
  reason: 'The reply looks like a call that cannot be read.',
};

const describedCall: Doubt = {
  kind: 'described-call',
  reason: 'The reply described a call instead of making it.',
};

function doubtText<Context>(
  run: Run<Context>,
  text: string,
  grammar: ModelReply['grammar'],
): Doubt | undefined {
  const names = namesInText(runTools(run));
  switch (names.length === 0 ? undefined : callLikeness(text, names)) {
    case 'written':
      return writtenCall;
    case 'announced-call':
      return isAskedAbout(run, names) ? undefined : writtenCall;
    case 'announced':
      return grammar === 'available' && !isAskedAbout(run, names) ? describedCall : undefined;
    case 'described':
      return grammar === 'available' && !isAskedAbout(run, names) && !isAfterResult(run)
        ? describedCall
        : undefined;
    case undefined:
      return undefined;
  }
}

/** Every name of these tools that a text may contain. */
const namesInText = memoize((tools: readonly { readonly name: string }[]): readonly string[] =>
  tools.flatMap(({ name }) => [...new Set([name, wireName(name)])]),
);

function isAfterResult<Context>({ state }: Run<Context>): boolean {
  return state.transcript.turns.at(-1)?.role === 'tool';
}

/** Whether the calls are, word for word, those that the last turn answered. A tool that is safe to repeat may be polled. */
function repeatsCalls<Context>(run: Run<Context>, calls: readonly ParsedCall[]): boolean {
  const { turns } = run.state.transcript;
  const answered = turns.at(-1);
  const before = turns.at(-2);
  if (answered?.role !== 'tool' || answered.inputs !== undefined) return false;
  if (before?.role !== 'assistant' || before.kind !== 'calls') return false;
  if (answered.results.some(({ status }) => status === 'cancelled' || status === 'timeout')) {
    return false;
  }
  const isPolled = runTools(run).some(
    ({ name, repeat }) => repeat === 'safe' && calls.some((call) => call.name === name),
  );
  return !isPolled && keyOf(calls) === keyOf(before.calls);
}

function keyOf(calls: readonly (ParsedCall | ToolCall)[]): string {
  return calls
    .map((call) => `${call.name} ${call.unreadable?.text ?? canonicalJson(call.arguments)}`)
    .join('\n');
}

/** Whether the user wrote the name of a tool: then an answer may explain it. */
function isAskedAbout<Context>({ state }: Run<Context>, names: readonly string[]): boolean {
  return state.transcript.turns.some(
    (turn) =>
      turn.role === 'user' &&
      turn.inputs.some(({ parts }) => names.some((name) => textOf(parts).includes(name))),
  );
}

function namesOf({ parsed }: ModelReply): readonly string[] {
  return parsed.kind === 'calls' ? parsed.calls.map(({ name }) => name) : [];
}

function noteOn(kind: 'written-call' | 'missing-call'): string {
  return kind === 'missing-call'
    ? 'Your last reply was text, but it must be a call of a tool. Make the call.'
    : 'Your last reply looked like a call that could not be read. Make the call in the required form, or answer in plain text.';
}

function noCall<Context>(
  { setup }: Run<Context>,
  { kind }: Doubt,
  { raw }: ModelReply,
): ModelError {
  const isForced = kind === 'missing-call';
  const problem = isForced
    ? 'answered with text twice, although `toolChoice` forces a call'
    : 'wrote a call that cannot be read, twice';
  return new ModelError(
    isForced ? 'model_call_missing' : 'model_call_unreadable',
    `"${setup.model.id}" ${problem}.`,
    {
      attempts: 2,
      reply: formatRawReply(raw),
      cure: 'Use the dialect "guided" if the server supports `response_format`, or a model that is trained for tools.',
    },
  );
}
