import type { RunEvent } from '@turnwise/core';
import { errorText, toRunError } from '../error-text.ts';
import type { AiUiChunk } from './ai-ui-chunk.ts';
import { AiUiEncoder } from './ai-ui-encoder.ts';
import type { AiUiOptions } from './ai-ui-options.ts';

/** The events of a run: an `AgentRun`, or the events that an engine has stored. */
export type RunEvents = AsyncIterable<RunEvent>;

/**
 * The chunks of a run. The last one comes when the iterator of the run has ended, so that the session is saved by then.
 * Throws what the run fails with if it was refused before it started.
 */
export async function* readRun(
  run: RunEvents,
  options: AiUiOptions,
): AsyncGenerator<AiUiChunk, void> {
  const encoder = new AiUiEncoder(options);
  let end: AiUiChunk | undefined;
  let hasStarted = false;
  try {
    for await (const event of run) {
      hasStarted = true;
      if (event.type === 'run-finished') end = showEnd(event);
      yield* encoder.take(event);
    }
  } catch (thrown) {
    if (!hasStarted) throw thrown;
    end = showError(thrown, options);
  }
  if (end !== undefined) yield end;
}

/** The chunk that shows why a run failed. */
export function showError(thrown: unknown, options: AiUiOptions): AiUiChunk {
  return { type: 'error', errorText: (options.errorText ?? errorText)(toRunError(thrown)) };
}

function showEnd(event: Extract<RunEvent, { readonly type: 'run-finished' }>): AiUiChunk {
  switch (event.status) {
    case 'completed':
      return { type: 'finish', finishReason: 'stop' };
    case 'paused':
      return { type: 'finish', finishReason: 'tool-calls' };
    case 'stopped': {
      const { reason } = event;
      if (reason === 'aborted') return { type: 'abort', reason };
      return { type: 'finish', finishReason: 'other', messageMetadata: { stopReason: reason } };
    }
  }
}
