import type { Inbox } from '../run/run-setup.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import type { UserInput } from '../turns/turn.ts';
import { type AgentInput, readInput } from './read-input.ts';

/** The reins of a run: what the program does to it from outside. */
export interface RunControl {
  readonly inbox: Inbox;
  readonly signal: AbortSignal;
  steer(input: AgentInput): void;
  abort(): void;
  /** Lets go of the program's signal. */
  dispose(): void;
}

/** Makes the reins of one run. `signal` is the program's own and aborts the run too. */
export function createRunControl(
  blobs: BlobStore,
  { signal, inputs }: { signal?: AbortSignal | undefined; inputs: readonly UserInput[] },
): RunControl {
  const controller = new AbortController();
  let waiting: UserInput[] = [...inputs];
  const abort = () => controller.abort();
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    inbox: {
      take: () => {
        const taken = waiting;
        waiting = [];
        return taken;
      },
      isAborted: () => controller.signal.aborted,
    },
    steer: (input) => {
      waiting.push(readInput(input, blobs));
    },
    abort,
    dispose: () => signal?.removeEventListener('abort', abort),
  };
}
