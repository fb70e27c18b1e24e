import { createHash } from 'node:crypto';
import type { Heard } from '../dialect/dialect.ts';
import { ModelError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import type { ModelProgress, ModelReply, ModelRequest } from '../model/model.ts';
import { acceptReply } from './accept-reply.ts';
import { addFix } from './add-fix.ts';
import { composeRequest } from './compose-request.ts';
import type { RunHappening } from './run-event.ts';
import type { Run } from './run-setup.ts';
import { addUsage, noUsage } from './run-state.ts';

/**
 * Asks the model for its turn and adds it to the transcript. A reply that cannot be used is asked for once more, whole.
 * Adds nothing where the run is aborted. Throws what the model throws, and `model_output` after the second try.
 */
export async function* askModel<Context>(run: Run<Context>): AsyncGenerator<RunHappening, void> {
  const { transcript } = run.state;
  if (transcript.awaits !== 'assistant') return;
  const request = await composeRequest(run, transcript);
  run.state.offered = (request.tools ?? []).map(({ name }) => name);
  const first = yield* sendRequest(run, request, 1);
  if (first === undefined) return;
  const reason = reasonToAskAgain(first.heard, request);
  if (reason === undefined) {
    yield* acceptReply(run, transcript, first);
    return;
  }
  yield addFix(run, { kind: 'asked-again', reason, text: first.raw.text });
  const second = yield* sendRequest(run, { ...request, stream: false }, 2);
  if (second === undefined) return;
  refuseUnusable(second.heard, request, run.setup.model.id);
  yield* acceptReply(run, transcript, second);
}

/** Sends one request and shows how the reply grows; `undefined` where the run was aborted meanwhile. */
async function* sendRequest<Context>(
  run: Run<Context>,
  request: ModelRequest,
  attempt: number,
): AsyncGenerator<RunHappening, ModelReply | undefined> {
  const { setup, state } = run;
  const { model, signal } = setup;
  const replying = setup.effects.perform({
    kind: 'model',
    id: `${state.step}.request.${attempt}`,
    input: () => describeRequest(request, model.id),
    execute: () => model.request(request, signal),
  });
  let hasStarted = false;
  let finish: Omit<Extract<RunHappening, { type: 'request-finished' }>, 'type' | 'attempt'> = {
    usage: noUsage,
    finishReason: 'failed',
  };
  try {
    while (true) {
      const next = await replying.next();
      if (next.done === true) {
        const reply = next.value;
        finish = { usage: reply.usage, finishReason: reply.finishReason };
        state.stepUsage = addUsage(state.stepUsage, reply.usage);
        return reply;
      }
      if (next.value.type === 'request-prepared') {
        hasStarted = true;
        state.stepRequests += 1;
      }
      yield toHappening(next.value, attempt, model.id);
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    finish = { usage: noUsage, finishReason: 'aborted' };
    return undefined;
  } finally {
    if (hasStarted) yield { type: 'request-finished', attempt, ...finish };
  }
}

function toHappening(progress: ModelProgress, attempt: number, model: string): RunHappening {
  switch (progress.type) {
    case 'request-prepared': {
      const { dialect, messages, estimatedTokens, tools } = progress;
      return {
        type: 'request-started',
        attempt,
        model,
        dialect,
        messages,
        estimatedTokens,
        tools,
      };
    }
    case 'text-delta':
      return { type: 'text-delta', text: progress.text, attempt };
    case 'request-retried':
      return { ...progress, attempt, failedTry: progress.attempt };
    default:
      return { ...progress, attempt };
  }
}

/** Why a reply is asked for again, or `undefined` where it can be used. */
function reasonToAskAgain(heard: Heard, request: ModelRequest): string | undefined {
  if (heard.kind === 'unusable') return heard.problem;
  if (heard.kind === 'text') return undefined;
  if (request.phase === 'answer') return 'The reply called tools that were not offered.';
  const unreadable = heard.calls.flatMap((call) => call.unreadable ?? []);
  return unreadable.length === heard.calls.length ? unreadable[0]?.problem : undefined;
}

function refuseUnusable(heard: Heard, request: ModelRequest, model: string): void {
  const isWithheldCall = heard.kind === 'calls' && request.phase === 'answer';
  if (heard.kind !== 'unusable' && !isWithheldCall) return;
  const problem =
    heard.kind === 'unusable' ? heard.problem : 'The reply called tools that were not offered.';
  throw new ModelError('model_output', `"${model}" gave no usable reply twice. ${problem}`, {
    attempts: 2,
    cure: 'Look at the exchange with TURNWISE_DEBUG=wire; another dialect or a higher maxOutputTokens may help.',
  });
}

function describeRequest(request: ModelRequest, model: string): JsonValue {
  const tools = createHash('sha256')
    .update(JSON.stringify(request.tools ?? []))
    .digest('hex');
  return { position: request.transcript.turns.length, phase: request.phase, tools, model };
}
