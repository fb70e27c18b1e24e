import type { Fix } from '../dialect/fix.ts';
import type { RawReply } from '../dialect/wire.ts';
import { ModelError, OutputInvalidError, type TurnwiseError } from '../errors.ts';
import type { ModelReply } from '../model/model.ts';
import { describeIssue, describeIssues } from '../schema/describe-issues.ts';
import type { SchemaIssue } from '../schema/schema.ts';
import type { Attempt } from './attempt.ts';
import type { OutputSpec } from './output-spec.ts';
import { readAnswer } from './read-answer.ts';
import type { Run } from './run-setup.ts';

/** What becomes of a reply. */
export type Verdict =
  | { readonly kind: 'accept'; readonly output?: { readonly value: unknown } }
  | { readonly kind: 'ask-again'; readonly attempt: Attempt; readonly fix?: Fix }
  /** The reply wanted tools where none were offered: the next step offers them. */
  | { readonly kind: 'back-to-act'; readonly fix: Fix }
  | { readonly kind: 'fail'; readonly error: TurnwiseError };

/** Decides what becomes of a reply to what was asked. */
export function judgeReply<Context>(
  run: Run<Context>,
  attempt: Attempt,
  reply: ModelReply,
): Verdict | Promise<Verdict> {
  const { parsed } = reply;
  switch (parsed.kind) {
    case 'unusable':
      return askAgainWithoutStreaming(run, attempt, reply, parsed.problem);
    case 'calls':
      return attempt.phase === 'act'
        ? judgeCalls(run, attempt, reply)
        : judgeStrayCalls(run, attempt, reply);
    case 'text':
      if (attempt.phase === 'act' && run.setup.finalAnswer === 'separate') {
        return askForAnswer(attempt, parsed.text);
      }
      return run.setup.output === undefined
        ? { kind: 'accept' }
        : judgeOutput(run, attempt, { ...reply, text: parsed.text }, run.setup.output);
  }
}

/** The word that was asked for says that no tool is needed; anything more is lost, and not silently. */
function askForAnswer(attempt: Attempt, text: string): Verdict {
  const fix: Fix = { kind: 'dropped-text', text };
  const next = { kind: 'ask-again', attempt: { ...attempt, phase: 'answer' } } as const;
  return /^\W*ready\W*$/i.test(text) ? next : { ...next, fix };
}

/** A reply that cannot be used is asked for once more, whole: a server's stream may have lost what its reply had. */
function askAgainWithoutStreaming<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { raw }: ModelReply,
  reason: string,
): Verdict {
  if (attempt.phase === 'answer' && run.setup.output !== undefined) {
    return refuseOutput(
      attempt,
      formatRawReply(raw),
      [{ path: '', message: reason }],
      run.setup.output,
    );
  }
  if (attempt.withoutStreaming) return { kind: 'fail', error: noUsableReply(run, reason, raw) };
  const fix: Fix = { kind: 'asked-again', reason, text: formatRawReply(raw) };
  return { kind: 'ask-again', attempt: { ...attempt, withoutStreaming: true }, fix };
}

/** What an unusable reply said: nothing of it is lost silently, calls that could not be read included. */
function formatRawReply({ text, calls }: RawReply): string {
  const said = calls.map(({ name, arguments: input }) => `${name}(${input})`);
  return [text, ...said].filter((each) => each !== '').join('\n');
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

function judgeStrayCalls<Context>(run: Run<Context>, attempt: Attempt, reply: ModelReply): Verdict {
  const { setup, state } = run;
  const reason = 'The reply called tools that were not offered.';
  const canAct = setup.tools.length > 0 && setup.toolChoice !== 'none' && !state.isLastAnswer;
  if (!canAct || state.step >= setup.limits.maxSteps) {
    return askAgainWithoutStreaming(run, attempt, reply, reason);
  }
  const names = reply.parsed.kind === 'calls' ? reply.parsed.calls.map(({ name }) => name) : [];
  return {
    kind: 'back-to-act',
    fix: { kind: 'dropped-calls', names, text: formatRawReply(reply.raw) },
  };
}

async function judgeOutput<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { text, finishReason }: Pick<ModelReply, 'finishReason'> & { readonly text: string },
  output: OutputSpec<Context>,
): Promise<Verdict> {
  if (finishReason === 'length' && !isClosed(text)) {
    return refuseOutput(attempt, text, [{ path: '', message: 'the answer was cut off' }], output);
  }
  const read = await readAnswer(text, output.schema);
  if (!read.ok) return refuseOutput(attempt, text, read.issues, output);
  const reason = await validateOutput(run, read.value, output);
  if (reason === undefined) return { kind: 'accept', output: { value: read.value } };
  return refuseOutput(attempt, text, [{ path: '', message: reason }], output);
}

/** Of `12` nobody can say whether it was to be `123`: an answer that was cut counts only where it ends by itself. */
function isClosed(text: string): boolean {
  return /[}\]"`]\s*$/.test(text);
}

function validateOutput<Context>(
  { setup, state }: Run<Context>,
  value: unknown,
  { validate }: OutputSpec<Context>,
): undefined | string | Promise<undefined | string> {
  if (validate === undefined) return undefined;
  return setup.effects.value({
    kind: 'function',
    id: `${state.step}.validate-output.${state.stepRequests}`,
    input: () => null,
    execute: () => validate(value, { context: setup.context }),
  });
}

/** A draft of the act phase is the first try; what is asked for after it has the server hold the shape. */
function refuseOutput<Context>(
  attempt: Attempt,
  text: string,
  issues: readonly SchemaIssue[],
  { retries }: OutputSpec<Context>,
): Verdict {
  const isDraft = attempt.phase === 'act';
  const outputTries = isDraft ? attempt.outputTries : attempt.outputTries + 1;
  if (outputTries > retries) {
    const said = issues.map(describeIssue);
    return { kind: 'fail', error: new OutputInvalidError(outputTries, text, said) };
  }
  const feedback = describeIssues(issues);
  return {
    kind: 'ask-again',
    attempt: {
      phase: 'answer',
      withoutStreaming: false,
      outputTries,
      rejected: { text, feedback },
    },
    fix: { kind: 'rejected-draft', text, issues: feedback },
  };
}

function noUsableReply<Context>(
  { setup }: Run<Context>,
  problem: string,
  raw: RawReply,
): ModelError {
  return new ModelError(
    'model_output',
    `"${setup.model.id}" gave no usable reply twice. ${problem}`,
    {
      attempts: 2,
      reply: formatRawReply(raw),
      cure: 'Look at the exchange with TURNWISE_DEBUG=wire; another dialect or a higher maxOutputTokens may help.',
    },
  );
}
