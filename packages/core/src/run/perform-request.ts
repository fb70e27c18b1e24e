import { createHash } from 'node:crypto';
import type { JsonValue } from '../json.ts';
import type { ModelProgress, ModelReply, ModelRequest } from '../model/model.ts';
import { parsePartialJson } from '../schema/partial-json.ts';
import { wasAborted } from './drain-inbox.ts';
import { forward, type LoopGenerator } from './loop-generator.ts';
import type { RunEventBody } from './run-event.ts';
import type { Run } from './run-setup.ts';
import { addUsage, noUsage } from './run-state.ts';

/** Sends one request and shows how the reply grows; `undefined` where the run was aborted meanwhile. */
export function* performRequest<Context>(
  run: Run<Context>,
  request: ModelRequest,
): LoopGenerator<ModelReply | undefined> {
  const { setup, state } = run;
  const { model, signal } = setup;
  countRequests(run, 1);
  const id = `${state.step}.request.${state.stepRequests}`;
  const events = new RequestEvents(run, request);
  const replying = setup.effects.perform({
    kind: 'model',
    id,
    input: () => describeRequest(request, model.id),
    execute: () => model.request(request, signal),
  });
  try {
    const reply = yield* forward(replying, (progress) => events.toEvents(progress));
    countRequests(run, (reply.requests ?? 1) - 1);
    events.succeed(reply);
    return reply;
  } catch (thrown) {
    if (!(yield* wasAborted(run, id))) throw thrown;
    events.abort();
    return undefined;
  } finally {
    for (const event of events.close()) yield event;
  }
}

/** Requests are counted by what is asked and returned: progress is not told again where a run is replayed. */
function countRequests<Context>({ state }: Run<Context>, count: number): void {
  state.stepRequests += count;
  state.requests += count;
}

type Finish = Pick<Extract<RunEventBody, { type: 'request-finished' }>, 'usage' | 'finishReason'>;

/** Follows what a request leads to: a model that changes its dialect makes several exchanges of it. */
class RequestEvents<Context> {
  readonly #run: Run<Context>;
  readonly #showOutput: ((progress: ModelProgress) => JsonValue | undefined) | undefined;
  #attempt: number;
  #isOpen = false;
  #finish: Finish = { usage: noUsage, finishReason: 'failed' };

  constructor(run: Run<Context>, request: ModelRequest) {
    this.#run = run;
    this.#showOutput = outputWatcher(request);
    this.#attempt = run.state.stepRequests - 1;
  }

  /** What the run tells of progress of the model. */
  toEvents(progress: ModelProgress): readonly RunEventBody[] {
    const events = progress.type === 'dialect-changed' ? this.close() : [];
    if (progress.type === 'request-prepared') {
      events.push(...this.close());
      this.#isOpen = true;
      this.#attempt += 1;
    }
    const attempt = this.#attempt;
    events.push(toRunEvent(progress, attempt, this.#run.setup.model.id));
    const output = this.#showOutput?.(progress);
    if (output !== undefined) events.push({ type: 'output-delta', output, attempt });
    return events;
  }

  succeed({ usage, finishReason, profile, dialect }: ModelReply): void {
    const { state } = this.#run;
    this.#finish = { usage, finishReason };
    state.stepUsage = addUsage(state.stepUsage, usage);
    if (profile !== undefined) state.dialect = { profile, dialect };
  }

  abort(): void {
    this.#finish = { usage: noUsage, finishReason: 'aborted' };
  }

  /** Tells the end of the exchange that is open. */
  close(): RunEventBody[] {
    if (!this.#isOpen) return [];
    this.#isOpen = false;
    const { usage, finishReason } = this.#finish;
    return [{ type: 'request-finished', attempt: this.#attempt, usage, finishReason }];
  }
}

function toRunEvent(progress: ModelProgress, attempt: number, model: string): RunEventBody {
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
