import { createHash } from 'node:crypto';
import type { JsonValue } from '../json.ts';
import type { ModelProgress, ModelReply, ModelRequest } from '../model/model.ts';
import { parsePartialJson } from '../schema/partial-json.ts';
import type { RunHappening } from './run-event.ts';
import type { Run } from './run-setup.ts';
import { addUsage, noUsage } from './run-state.ts';

type Finish = Pick<Extract<RunHappening, { type: 'request-finished' }>, 'usage' | 'finishReason'>;

/** Sends one request and shows how the reply grows; `undefined` where the run was aborted meanwhile. */
export async function* sendRequest<Context>(
  run: Run<Context>,
  request: ModelRequest,
  firstAttempt: number,
): AsyncGenerator<RunHappening, ModelReply | undefined> {
  const { setup, state } = run;
  const { model, signal } = setup;
  const showOutput = outputWatcher(request);
  const replying = setup.effects.perform({
    kind: 'model',
    id: `${state.step}.request.${firstAttempt}`,
    input: () => describeRequest(request, model.id),
    execute: () => model.request(request, signal),
  });
  let attempt = firstAttempt - 1;
  let isOpen = false;
  let finish: Finish = { usage: noUsage, finishReason: 'failed' };
  try {
    while (true) {
      const next = await replying.next();
      if (next.done === true) {
        finish = { usage: next.value.usage, finishReason: next.value.finishReason };
        noteReply(run, next.value);
        return next.value;
      }
      const progress = next.value;
      const beginsAnew =
        progress.type === 'request-prepared' || progress.type === 'dialect-changed';
      if (isOpen && beginsAnew) {
        isOpen = false;
        yield { type: 'request-finished', attempt, ...finish };
      }
      if (progress.type === 'request-prepared') {
        isOpen = true;
        attempt += 1;
        countRequest(run);
      }
      yield toHappening(progress, attempt, model.id);
      const output = showOutput?.(progress);
      if (output !== undefined) yield { type: 'output-delta', output, attempt };
    }
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    finish = { usage: noUsage, finishReason: 'aborted' };
    return undefined;
  } finally {
    if (isOpen) yield { type: 'request-finished', attempt, ...finish };
  }
}

function beginsAnew({ type }: ModelProgress): boolean {
  return type === 'request-prepared' || type === 'dialect-changed';
}

function countRequest<Context>({ state }: Run<Context>): void {
  state.stepRequests += 1;
  state.requests += 1;
}

function noteReply<Context>({ state }: Run<Context>, reply: ModelReply): void {
  const { usage, profile, dialect } = reply;
  state.stepUsage = addUsage(state.stepUsage, usage);
  if (profile !== undefined) state.dialect = { profile, dialect };
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
    case 'profile-detected':
    case 'dialect-changed':
      return progress;
    case 'request-retried':
      return { ...progress, attempt, failedTry: progress.attempt };
    default:
      return { ...progress, attempt };
  }
}

/**
 * Shows the output object as it grows. It is read again once the text has grown by a sixteenth, so that the work stays
 * linear in the text.
 */
function outputWatcher(
  request: ModelRequest,
): ((progress: ModelProgress) => JsonValue | undefined) | undefined {
  if (request.output === undefined || !request.stream) return undefined;
  let text = '';
  let readAgainAt = 1;
  return (progress) => {
    if (progress.type === 'stream-restarted') text = '';
    if (progress.type !== 'text-delta') return undefined;
    text += progress.text;
    if (text.length < readAgainAt) return undefined;
    readAgainAt = text.length * (17 / 16);
    return parsePartialJson(text);
  };
}

function describeRequest(request: ModelRequest, model: string): JsonValue {
  const tools = createHash('sha256')
    .update(JSON.stringify(request.tools ?? []))
    .digest('hex');
  return { position: request.transcript.turns.length, phase: request.phase, tools, model };
}
