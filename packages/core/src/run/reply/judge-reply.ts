import type { Fix } from '../../dialect/fix.ts';
import type { RawReply } from '../../dialect/wire.ts';
import { ModelError, OutputInvalidError } from '../../errors.ts';
import type { ModelReply } from '../../model/model.ts';
import { describeIssue, describeIssues } from '../../schema/check/describe-issues.ts';
import type { SchemaIssue } from '../../schema/schema.ts';
import { doubtValues } from '../doubt/doubt-values.ts';
import { endsLoop } from '../limits/loop-guard.ts';
import { callProgram, type Returned } from '../program/program-function.ts';
import { type Attempt, mayAct } from '../request/compose-request.ts';
import type { Verdict } from '../request/verdict.ts';
import { formatRawReply } from '../state/fixes.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import type { RunEventBody } from '../state/run-event.ts';
import type { OutputSpec, Run } from '../state/run-setup.ts';
import { stepSlice } from '../state/step.ts';
import { doubtReply } from './doubt-reply.ts';
import { readAnswer } from './read-answer.ts';

/** Decides what the run does with the reply to an attempt. */
export function* judgeReply<Context>(
  run: Run<Context>,
  attempt: Attempt,
  reply: ModelReply,
): LoopGenerator<Verdict> {
  const { parsed } = reply;
  const { finalAnswer, output } = run.setup;
  const isSeparate = attempt.phase === 'act' && finalAnswer === 'separate';
  const missing = findMissingPart(attempt, reply);
  if (missing !== undefined) return askAgainWithoutStreaming(run, attempt, reply, missing);
  const judged =
    parsed.kind === 'text' && output !== undefined && !isSeparate
      ? yield* judgeOutput(run, attempt, { ...reply, text: parsed.text }, output)
      : undefined;
  const doubted = doubtReply(run, attempt, reply, { fitsOutput: judged?.kind === 'accept' });
  if (doubted !== undefined) return doubted;
  const unfounded = yield* doubtValues(run, attempt, reply);
  if (unfounded !== undefined) return unfounded;
  switch (parsed.kind) {
    case 'unusable':
      return askAgainWithoutStreaming(run, attempt, reply, parsed.problem);
    case 'calls':
      return attempt.phase === 'act'
        ? judgeCalls(run, attempt, reply)
        : yield* judgeStrayCalls(run, attempt, reply);
    case 'text':
      return isSeparate ? askForAnswer(attempt, parsed.text) : (judged ?? { kind: 'accept' });
  }
}

/** What a reply lacks although it can be parsed, by the server's own finish reason; `undefined` if nothing. */
function findMissingPart(attempt: Attempt, reply: ModelReply): string | undefined {
  const { finishReason, parsed } = reply;
  if (finishReason === 'content-filter') return 'A content filter of the server stopped the reply.';
  // Without tools in the request, some servers report `tool_calls` for an answer in JSON.
  const isAnnounced = finishReason === 'tool-calls' && attempt.phase === 'act';
  return isAnnounced && parsed.kind === 'text'
    ? 'The server announced tool calls but sent none.'
    : undefined;
}

/** READY means that no tool is needed. Any other text is dropped, and reported. */
function askForAnswer(attempt: Attempt, text: string): Verdict {
  const fix: Fix = { kind: 'dropped-text', text };
  const next = { kind: 'ask-again', attempt: { ...attempt, phase: 'answer' } } as const;
  return /^\W*ready\W*$/i.test(text) ? next : { ...next, fix };
}

/** Requests an unusable reply once more, without streaming: some servers lose parts of a reply in the stream. */
function askAgainWithoutStreaming<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { raw }: ModelReply,
  reason: string,
): Verdict {
  const { output } = run.setup;
  if (attempt.phase === 'answer' && output !== undefined) {
    return rejectOutput(attempt, formatRawReply(raw), [{ path: '', message: reason }], output);
  }
  if (attempt.withoutStreaming) return { kind: 'fail', error: noUsableReply(run, reason, raw) };
  const fix: Fix = { kind: 'asked-again', reason, text: formatRawReply(raw) };
  return { kind: 'ask-again', attempt: { ...attempt, withoutStreaming: true }, fix };
}

function judgeCalls<Context>(run: Run<Context>, attempt: Attempt, reply: ModelReply): Verdict {
  const calls = reply.parsed.kind === 'calls' ? reply.parsed.calls : [];
  const unreadable = calls.flatMap((call) => call.unreadable ?? []);
  const [first] = unreadable;
  if (attempt.withoutStreaming || first === undefined || unreadable.length < calls.length) {
    return { kind: 'accept' };
  }
  return askAgainWithoutStreaming(run, attempt, reply, first.problem);
}

function* judgeStrayCalls<Context>(
  run: Run<Context>,
  attempt: Attempt,
  reply: ModelReply,
): Generator<RunEventBody, Verdict> {
  const reason = 'The reply called tools that were not offered.';
  const calls = reply.parsed.kind === 'calls' ? reply.parsed.calls : [];
  const fix: Fix = {
    kind: 'dropped-calls',
    names: calls.map(({ name }) => name),
    text: formatRawReply(reply.raw),
  };
  if (yield* endsLoop(run, calls)) return { kind: 'back-to-act', fix };
  if (!mayAct(run) || stepSlice.of(run.state).step >= run.setup.limits.maxSteps) {
    return askAgainWithoutStreaming(run, attempt, reply, reason);
  }
  return { kind: 'back-to-act', fix };
}

function* judgeOutput<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { text, finishReason }: Pick<ModelReply, 'finishReason'> & { readonly text: string },
  output: OutputSpec<Context>,
): LoopGenerator<Verdict> {
  if (finishReason === 'length' && !isClosed(text)) {
    return rejectOutput(attempt, text, [{ path: '', message: 'the answer was cut off' }], output);
  }
  const read = yield* readAnswer(run, text, output.schema, `${effectPlace(run)}.read-answer`);
  if (!read.ok) return rejectOutput(attempt, text, read.issues, output);
  const reason = yield* validateOutput(run, read.value, output);
  if (reason === undefined) {
    return { kind: 'accept', output: { value: read.value }, fixes: read.fixes };
  }
  return rejectOutput(attempt, text, [{ path: '', message: reason }], output);
}

/** A cut `12` could be the start of `123`: a cut answer counts only if its own text shows that it is complete. */
function isClosed(text: string): boolean {
  return /[}\]"`]\s*$/.test(text);
}

/** With `true` or `false`, it would be open what an answer is asked again for. */
const reasonOrNothing: Returned = {
  expected: 'undefined if the answer is right, or a text that explains what is wrong',
  accepts: (value) => value === undefined || value === null || typeof value === 'string',
};

function* validateOutput<Context>(
  run: Run<Context>,
  value: unknown,
  { validate }: OutputSpec<Context>,
): LoopGenerator<undefined | string> {
  if (validate === undefined) return undefined;
  const reason = yield* callProgram(run, {
    name: 'validateOutput',
    id: `${effectPlace(run)}.validate-output`,
    input: () => null,
    execute: () => validate(value, { context: run.setup.context }),
    returns: reasonOrNothing,
  });
  return reason ?? undefined;
}

function effectPlace<Context>({ state }: Run<Context>): string {
  const { step, stepRequests } = stepSlice.of(state);
  return `${step}.${stepRequests}`;
}

/** A draft of the act phase does not count as a try: only the requests after it carry the output schema. */
function rejectOutput<Context>(
  attempt: Attempt,
  text: string,
  issues: readonly SchemaIssue[],
  { retries }: OutputSpec<Context>,
): Verdict {
  const isDraft = attempt.phase === 'act';
  const outputTries = isDraft ? attempt.outputTries : attempt.outputTries + 1;
  if (outputTries > retries) {
    const error = new OutputInvalidError(outputTries, text, issues.map(describeIssue));
    return { kind: 'fail', error };
  }
  const feedback = describeIssues(issues);
  const rejected = { text, feedback };
  return {
    kind: 'ask-again',
    attempt: { phase: 'answer', withoutStreaming: false, outputTries, rejected },
    fix: { kind: 'rejected-draft', text, issues: feedback },
  };
}

function noUsableReply<Context>(
  { setup }: Run<Context>,
  problem: string,
  raw: RawReply,
): ModelError {
  const isFiltered = raw.finishReason === 'content-filter';
  return new ModelError(
    'model_output',
    `"${setup.model.id}" gave no usable reply twice. ${problem}`,
    {
      ...(isFiltered && { kind: 'content-filter' }),
      attempts: 2,
      reply: formatRawReply(raw),
      cure: isFiltered
        ? 'Change the input or the instructions, or the filter of the server.'
        : 'Look at the requests and replies with TURNWISE_DEBUG=wire; another dialect or a higher maxOutputTokens may help.',
    },
  );
}
