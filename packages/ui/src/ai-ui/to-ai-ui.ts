import { TurnwiseError } from '@turnwise/core';
import { toStream } from '../http/sse.ts';
import type { AiUiChunk } from './ai-ui-chunk.ts';
import { type AiUiOptions, checkAiUiOptions } from './ai-ui-options.ts';
import { type RunEvents, readRun, showError } from './read-run.ts';

/**
 * A run as a UI message stream of the AI SDK: what `useChat` and `readUIMessageStream` read. Text that turns out not to be part
 * of the answer is taken back with `reset-step`. A failure is the chunk `error`; the stream itself never fails. It reads the
 * run, so that nothing else can iterate over it; cancelling the stream aborts the run. Throws `invalid_options`.
 *
 * @example
 * const message = readUIMessageStream({ stream: toAiUi(agent.stream('Hello')) });
 */
export function toAiUi(run: RunEvents, options: AiUiOptions = {}): ReadableStream<AiUiChunk> {
  checkAiUiOptions(options);
  if (typeof run?.[Symbol.asyncIterator] !== 'function') {
    throw new TurnwiseError(
      'invalid_options',
      'toAiUi() takes a run: toAiUi(agent.stream(input)). A promise of agent.run() and an agent have no events.',
    );
  }
  return toStream(withErrors(run, options));
}

async function* withErrors(run: RunEvents, options: AiUiOptions): AsyncGenerator<AiUiChunk, void> {
  try {
    yield* readRun(run, options);
  } catch (thrown) {
    yield showError(thrown, options);
  }
}
