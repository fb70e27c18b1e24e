import { createHash } from 'node:crypto';
import type { JsonValue } from '../json.ts';
import type { ModelProgress, ModelReply, ModelRequest } from '../model/model.ts';
import { parsePartialJson } from '../schema/partial-json.ts';
import type { RunHappening } from './run-event.ts';
import type { Run } from './run-setup.ts';
import { addUsage, noUsage } from './run-state.ts';
import { wasAborted } from './take-inbox.ts';
import { follow, type Telling } from './telling.ts';

/** Sends one request and shows how the reply grows; `undefined` where the run was aborted meanwhile. */
export function* sendRequest<Context>(
  run: Run<Context>,
  request: ModelRequest,
): Telling<ModelReply | undefined> {
  const { setup, state } = run;
  const { model, signal } = setup;
  countRequests(run, 1);
  const id = `${state.step}.request.${state.stepRequests}`;
  const exchange = new Exchange(run, request);
  const replying = setup.effects.perform({
    kind: 'model',
    id,
    input: () => describeRequest(request, model.id),
    execute: () => model.request(request, signal),
  });
  try {
    const reply = yield* follow(replying, (progress) => exchange.tell(progress));
    countRequests(run, (reply.requests ?? 1) - 1);
    exchange.succeed(reply);
    return reply;
  } catch (thrown) {
    if (!(yield* wasAborted(run, id))) throw thrown;
    exchange.abort();
    return undefined;
  } finally {
    for (const happening of exchange.close()) yield happening;
  }
}

/** Requests are counted by what is asked and returned: progress is not told again where a run is replayed. */
function countRequests<Context>({ state }: Run<Context>, count: number): void {
  state.stepRequests += count;
  state.requests += count;
}

type Finish = Pick<Extract<RunHappening, { type: 'request-finished' }>, 'usage' | 'finishReason'>;

/** Follows what a request leads to: a model that changes its dialect makes several exchanges of it. */
class Exchange<Context> {
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
  tell(progress: ModelProgress): readonly RunHappening[] {
    const told = progress.type === 'dialect-changed' ? this.close() : [];
    if (progress.type === 'request-prepared') {
      told.push(...this.close());
      this.#isOpen = true;
      this.#attempt += 1;
    }
    const attempt = this.#attempt;
    told.push(toHappening(progress, attempt, this.#run.setup.model.id));
    const output = this.#showOutput?.(progress);
    if (output !== undefined) told.push({ type: 'output-delta', output, attempt });
    return told;
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
  close(): RunHappening[] {
    if (!this.#isOpen) return [];
    this.#isOpen = false;
    const { usage, finishReason } = this.#finish;
    return [{ type: 'request-finished', attempt: this.#attempt, usage, finishReason }];
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
