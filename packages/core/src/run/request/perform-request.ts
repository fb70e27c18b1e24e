import { EngineStop } from '../../errors.ts';
import type { JsonValue } from '../../json.ts';
import { isCount, isText, objectOf, oneOf, optional } from '../../json-check.ts';
import type { LastDialect, ModelProgress, ModelReply, ModelRequest } from '../../model/model.ts';
import { parsePartialJson } from '../../schema/json-text/partial-json.ts';
import { Interruption, interruptible } from '../program/interruption.ts';
import { forward, type LoopGenerator } from '../state/loop-generator.ts';
import type { RunEventBody } from '../state/run-event.ts';
import type { Run } from '../state/run-setup.ts';
import { defineSlice, saved } from '../state/state-slice.ts';
import { countRequests, countUsage, stepSlice } from '../state/step.ts';
import { noUsage } from '../state/usage.ts';
import { checkModelReply } from './check-model-reply.ts';
import { digestSlice, digestTurns } from './digest-turns.ts';
import { estimateUsage } from './estimate-usage.ts';
import { startRequest } from './start-request.ts';

const isLastDialect = objectOf({
  profile: isText,
  dialect: oneOf('native', 'prompted', 'guided'),
});

/** How the last request was encoded. */
export const dialectSlice = defineSlice({
  lastDialect: saved((): LastDialect | undefined => undefined, optional(isLastDialect)),
  /** How many replies were a reason to ask again in the guided dialect. */
  doubts: saved(() => 0, isCount),
});

/** Sends one request and emits the events of its reply. Throws an `Interruption` if the run is aborted meanwhile. */
export function* performRequest<Context>(
  run: Run<Context>,
  request: ModelRequest,
): LoopGenerator<ModelReply> {
  const reply = yield* executeRequest(run, request);
  yield* estimateUsage(run, request, reply);
  return reply;
}

function* executeRequest<Context>(
  run: Run<Context>,
  request: ModelRequest,
): LoopGenerator<ModelReply> {
  const { model, signal, effects } = run.setup;
  countRequests(run, 1);
  const { step, stepRequests } = stepSlice.of(run.state);
  const id = `${step}.request.${stepRequests}`;
  const events = new RequestEvents(run, request);
  // Requests are never parallel: while recorded results are left, the next one is the reply.
  const isRecorded = effects.isReplaying;
  const replying = effects.perform({
    kind: 'model',
    id,
    name: model.id,
    repeat: 'safe',
    input: () => describeRequest(run, request),
    execute: () => startRequest(model, request, signal),
  });
  let isStopped = false;
  try {
    const reply = yield* interruptible(run, id, () =>
      forward(replying, (progress) => events.toEvents(progress)),
    );
    checkModelReply(reply, model.id);
    if (isRecorded && request.stream) yield* events.repeat(reply);
    countRequests(run, (reply.requests ?? 1) - 1);
    events.succeed(reply);
    return reply;
  } catch (thrown) {
    isStopped = thrown instanceof EngineStop;
    if (thrown instanceof Interruption) events.abort();
    throw thrown;
  } finally {
    if (!isStopped) for (const event of events.close()) yield event;
  }
}

type Finish = Pick<Extract<RunEventBody, { type: 'request-finished' }>, 'usage' | 'finishReason'>;

/** Makes the events of a request. A model that changes its dialect makes several requests of one. */
class RequestEvents<Context> {
  readonly #run: Run<Context>;
  readonly #toOutputDelta: ((progress: ModelProgress) => JsonValue | undefined) | undefined;
  readonly #isDraft: boolean;
  #attempt: number;
  #isOpen = false;
  #finish: Finish = { usage: noUsage, finishReason: 'failed' };

  constructor(run: Run<Context>, request: ModelRequest) {
    this.#run = run;
    this.#toOutputDelta = outputDeltas(request);
    this.#isDraft = isDraft(run, request);
    this.#attempt = stepSlice.of(run.state).stepRequests - 1;
  }

  /** The events of the run for some progress of the model. */
  toEvents(progress: ModelProgress): readonly RunEventBody[] {
    const events = progress.type === 'dialect-changed' ? this.close() : [];
    if (progress.type === 'request-prepared') {
      events.push(...this.close());
      this.#isOpen = true;
      this.#attempt += 1;
    }
    const attempt = this.#attempt;
    events.push(
      progress.type === 'text-delta'
        ? this.#textDelta(progress.text, attempt)
        : toRunEvent(progress, attempt, this.#run.setup.model.id),
    );
    const output = this.#toOutputDelta?.(progress);
    if (output !== undefined) events.push({ type: 'output-delta', output, attempt });
    return events;
  }

  /** The text of a recorded reply as one piece. */
  *repeat({ parsed }: ModelReply): Generator<RunEventBody, void> {
    if (parsed.kind !== 'text') return;
    yield this.#textDelta(parsed.text, this.#attempt + 1);
  }

  /** Each form is one object literal: a copy with a further field takes 20 times as long in Node 20. */
  #textDelta(text: string, attempt: number): RunEventBody {
    return this.#isDraft
      ? { type: 'text-delta', text, attempt, draft: true }
      : { type: 'text-delta', text, attempt };
  }

  succeed({ usage, finishReason, profile, dialect, isOnce = false }: ModelReply): void {
    this.#finish = { usage, finishReason };
    countUsage(this.#run, usage);
    if (profile === undefined || isOnce) return;
    dialectSlice.of(this.#run.state).lastDialect = { profile, dialect };
  }

  abort(): void {
    this.#finish = { usage: noUsage, finishReason: 'aborted' };
  }

  /** The end of the open request, if there is one. */
  close(): RunEventBody[] {
    if (!this.#isOpen) return [];
    this.#isOpen = false;
    return [{ type: 'request-finished', attempt: this.#attempt, ...this.#finish }];
  }
}

function toRunEvent(
  progress: Exclude<ModelProgress, { type: 'text-delta' }>,
  attempt: number,
  model: string,
): RunEventBody {
  switch (progress.type) {
    case 'request-prepared': {
      const { dialect, messages, estimatedTokens, tools, prompt } = progress;
      return {
        type: 'request-started',
        attempt,
        model,
        dialect,
        messages,
        estimatedTokens,
        tools,
        ...(prompt === undefined ? {} : { prompt }),
      };
    }
    case 'profile-detected':
    case 'dialect-changed':
      return { ...progress };
    case 'request-retried':
      return { ...progress, attempt, failedTry: progress.attempt };
    default:
      return { attempt, ...progress };
  }
}

/** Whether the text of a reply may be replaced by an answer that is requested after it. */
function isDraft<Context>({ setup }: Run<Context>, request: ModelRequest): boolean {
  const isAnswerSeparate = setup.output !== undefined || setup.finalAnswer === 'separate';
  return request.phase === 'act' && isAnswerSeparate;
}

/**
 * Parses the output while it grows. The text is parsed again each time it is a sixteenth longer, so that the total time
 * stays linear in its length.
 */
function outputDeltas(
  request: ModelRequest,
): ((progress: ModelProgress) => JsonValue | undefined) | undefined {
  if (request.output === undefined || !request.stream) return undefined;
  let text = '';
  let nextLength = 1;
  return (progress) => {
    if (progress.type === 'stream-restarted') text = '';
    if (progress.type !== 'text-delta') return undefined;
    text += progress.text;
    if (text.length < nextLength) return undefined;
    nextLength = text.length * (17 / 16);
    return parsePartialJson(text);
  };
}

/** Tools and settings belong to the fingerprint of the agent. */
function describeRequest<Context>(
  { state }: Run<Context>,
  { transcript: { turns }, phase }: ModelRequest,
): JsonValue {
  const memory = digestSlice.of(state);
  memory.digested = digestTurns(turns, memory.digested);
  return { position: turns.length, transcript: memory.digested.digest, phase };
}
