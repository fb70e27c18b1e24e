import type { TurnwiseError } from '@turnwise/core';
import { checkOptions, option } from '@turnwise/core/model';
import type { RunEvents } from '../ai-ui/read-run.ts';
import { errorText, toRunError } from '../error-text.ts';
import { toStream } from '../http/sse.ts';
import { AguiEncoder } from './agui-encoder.ts';
import type { AguiEvent, AguiInput } from './agui-event.ts';

/** The options of `toAgui`. */
export interface AguiOptions {
  /**
   * The text of an error. It is shown to the user, so it must contain no secrets.
   * @default a sentence with the code of the error
   */
  readonly errorText?: ((error: TurnwiseError) => string) | undefined;
}

/**
 * A run as events of AG-UI 1.0, for the `RunAgentInput` that a client sent. Text that turns out not to be part of the answer is
 * taken back with `MESSAGES_SNAPSHOT`, and calls are shown when they are complete. A run that pauses ends with the outcome
 * `interrupt`; `aguiDecisions` reads the answer of the client. A failure is `RUN_ERROR`; the stream itself never fails. It reads
 * the run, so that nothing else can iterate over it; cancelling the stream aborts the run. Throws `invalid_options`.
 */
export function toAgui(
  run: RunEvents,
  input: AguiInput,
  options: AguiOptions = {},
): ReadableStream<AguiEvent> {
  checkOptions(options, { name: 'toAgui()', known: { errorText: option.func } });
  const { threadId, runId, messages } = Object(input) as Partial<AguiInput>;
  const known = {
    threadId: option.text,
    runId: option.text,
    messages: option.value('a list of messages', Array.isArray),
  };
  // A missing field is `null` here, which none of the checks accepts.
  const given = { threadId: threadId ?? null, runId: runId ?? null, messages: messages ?? null };
  checkOptions(given, { name: 'the input of toAgui()', known });
  return toStream(readRun(run, input, options));
}

/** The last event comes when the iterator of the run has ended, so that the session is saved by then. */
async function* readRun(
  run: RunEvents,
  input: AguiInput,
  options: AguiOptions,
): AsyncGenerator<AguiEvent, void> {
  const encoder = new AguiEncoder(input);
  const { threadId, runId } = input;
  let end: AguiEvent | undefined;
  let hasStarted = false;
  try {
    for await (const event of run) {
      const events = encoder.take(event);
      if (event.type === 'run-finished') [end] = events;
      else yield* events;
      hasStarted = true;
    }
  } catch (thrown) {
    // Clients accept no error before the start.
    if (!hasStarted) yield { type: 'RUN_STARTED', threadId, runId };
    const error = toRunError(thrown);
    const message = (options.errorText ?? errorText)(error);
    end = { type: 'RUN_ERROR', message, code: error.code };
  }
  if (end !== undefined) yield end;
}
