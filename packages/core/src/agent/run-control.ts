import { setMaxListeners } from 'node:events';
import type { ReadImage } from '../images/read-image.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { Inbox } from '../run/run-setup.ts';
import type { AbortCause } from '../run/run-state.ts';
import { startTimer } from '../tool/start-timer.ts';
import type { UserInput } from '../turns/turn.ts';
import { InputQueue } from './input-queue.ts';
import type { AgentInput } from './read-input.ts';

/** The reins of a run: what the program does to it from outside. */
export interface RunControl {
  readonly inbox: Inbox;
  readonly signal: AbortSignal;
  steer(input: AgentInput): void;
  /** The inputs that nobody looked at, but for those with an image that cannot be read. Never rejects. */
  leftOver(): readonly UserInput[] | Promise<readonly UserInput[]>;
  abort(): void;
  /** Lets go of the program's signal and of the clock. */
  dispose(): void;
}

interface ControlOptions {
  readonly signal: AbortSignal | undefined;
  readonly inputs: readonly AgentInput[];
  /** Milliseconds after which the run is aborted. */
  readonly maxWallTimeMs: number | undefined;
}

/**
 * Makes the reins of one run. `signal` is the program's own and aborts the run too. Throws `invalid_options` for an input
 * that is empty or none.
 */
export function createRunControl(
  readImage: ReadImage,
  { signal, inputs, maxWallTimeMs }: ControlOptions,
): RunControl {
  const controller = new AbortController();
  // Each call of a turn listens, and eleven of them are no leak.
  setMaxListeners(Infinity, controller.signal);
  const queue = new InputQueue(readImage, controller.signal);
  for (const input of inputs) queue.put(input);
  let cause: AbortCause | undefined;
  const abortBecause = (why: AbortCause) => {
    cause ??= why;
    controller.abort();
  };
  const abort = () => abortBecause('aborted');
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  const timer =
    maxWallTimeMs === undefined
      ? undefined
      : startTimer(() => abortBecause('max-wall-time'), maxWallTimeMs);
  return {
    signal: controller.signal,
    inbox: {
      get isAborted() {
        return cause !== undefined;
      },
      poll: () => {
        const inputs = queue.take();
        // The cause is asked for last: the run may be aborted while images are read.
        return isPromiseLike(inputs)
          ? inputs.then((read) => ({ inputs: read, aborted: cause }))
          : { inputs, aborted: cause };
      },
    },
    steer: (input) => queue.put(input),
    leftOver: () => (queue.isEmpty ? [] : queue.takeReadable()),
    abort,
    dispose: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}
