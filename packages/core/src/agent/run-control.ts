import type { Inbox } from '../run/run-setup.ts';
import type { AbortCause } from '../run/run-state.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import type { UserInput } from '../turns/turn.ts';
import { type AgentInput, readInput } from './read-input.ts';

/** The reins of a run: what the program does to it from outside. */
export interface RunControl {
  readonly inbox: Inbox;
  readonly signal: AbortSignal;
  steer(input: AgentInput): void;
  abort(): void;
  /** Lets go of the program's signal and of the clock. */
  dispose(): void;
}

interface ControlOptions {
  readonly signal: AbortSignal | undefined;
  readonly inputs: readonly UserInput[];
  /** Milliseconds after which the run is aborted. */
  readonly maxWallTimeMs: number | undefined;
}

/** Makes the reins of one run. `signal` is the program's own and aborts the run too. */
export function createRunControl(
  blobs: BlobStore,
  { signal, inputs, maxWallTimeMs }: ControlOptions,
): RunControl {
  const controller = new AbortController();
  let waiting: UserInput[] = [...inputs];
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
      : setTimeout(() => abortBecause('max-wall-time'), maxWallTimeMs);
  return {
    signal: controller.signal,
    inbox: {
      take: () => {
        const taken = waiting;
        waiting = [];
        return taken;
      },
      abortCause: () => cause,
    },
    steer: (input) => {
      waiting.push(readInput(input, blobs));
    },
    abort,
    dispose: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    },
  };
}
