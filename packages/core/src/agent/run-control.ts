import { setMaxListeners } from 'node:events';
import { EngineStop } from '../errors.ts';
import type { ReadImage } from '../images/read-image.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { AbortCause, Inbox } from '../run/state/run-setup.ts';
import { startTimer } from '../tool/start-timer.ts';
import type { UserInput } from '../turns/turn.ts';
import { InputQueue } from './input-queue.ts';
import { onAbort } from './on-abort.ts';
import type { AgentInput } from './read-input.ts';

/** What controls one run from outside: inputs and aborts. */
export interface RunControl {
  readonly inbox: Inbox;
  readonly signal: AbortSignal;
  steer(input: AgentInput, id: string | undefined): void;
  /**
   * The inputs that the run did not read, except those with an image that cannot be read, and those with an id: their engine
   * keeps them. Never rejects.
   */
  leftOver(): readonly UserInput[] | Promise<readonly UserInput[]>;
  abort(): void;
  /** What the run must end with if it was suspended. */
  readonly suspended: EngineStop | undefined;
  /** Ends the run at its next event, and every wait of it with an `EngineStop`. */
  suspend(): void;
  /** Removes the listener on the program's signal and stops the timer. */
  dispose(): void;
}

interface ControlOptions {
  /** The program's own signal; it aborts the run too. */
  readonly signal: AbortSignal | undefined;
  readonly inputs: readonly AgentInput[];
}

/** Makes the control of one run. Throws `invalid_options` for an input that is empty or not an input. */
export function createRunControl(
  readImage: ReadImage,
  { signal, inputs }: ControlOptions,
): RunControl {
  const controller = new AbortController();
  // Each call of a turn listens; Node would warn about a leak from eleven listeners on.
  setMaxListeners(Infinity, controller.signal);
  const queue = new InputQueue(readImage, controller.signal);
  for (const input of inputs) queue.put(input);
  let cause: AbortCause | undefined;
  let suspended: EngineStop | undefined;
  const abortBecause = (why: AbortCause) => {
    if (suspended === undefined) cause ??= why;
    controller.abort();
  };
  const refuseIfSuspended = () => {
    if (suspended !== undefined) throw suspended;
  };
  const abort = () => abortBecause('aborted');
  if (signal?.aborted === true) abort();
  const stopListening = signal === undefined ? undefined : onAbort(signal, abort);
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: controller.signal,
    inbox: {
      get isAborted() {
        refuseIfSuspended();
        return cause !== undefined;
      },
      limitTime: (ms) => {
        const end = () => abortBecause('max-wall-time');
        // A limit that began earlier ends earlier.
        if (ms > 0) timer ??= startTimer(end, ms);
        else end();
      },
      poll: () => {
        refuseIfSuspended();
        const inputs = queue.take();
        if (!isPromiseLike(inputs)) return { inputs, aborted: cause };
        // `cause` is read last, because the run may be aborted while images are read.
        return inputs.then((read) => {
          refuseIfSuspended();
          return { inputs: read, aborted: cause };
        });
      },
    },
    steer: (input, id) => queue.put(input, id),
    leftOver: () => {
      queue.dropNamed();
      return queue.isEmpty ? [] : queue.takeReadable();
    },
    abort,
    get suspended() {
      return suspended;
    },
    suspend: () => {
      suspended ??= new EngineStop('suspended');
      // An abort before it has ended the waits already.
      controller.abort(suspended);
    },
    dispose: () => {
      clearTimeout(timer);
      stopListening?.();
    },
  };
}
