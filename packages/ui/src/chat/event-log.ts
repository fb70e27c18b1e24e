import { sseKeepAlive } from '../http/sse.ts';

/** How a reader gets the events of a log. */
export interface LogReader {
  /** Events before those of the log. */
  readonly before: readonly Uint8Array[];
  /** Milliseconds without an event after which a comment is sent. */
  readonly keepAliveMs: number;
  /** Is called if the reader stops before the end. */
  readonly onCancel: () => void;
}

/** The events of one run. Each reader gets all of them, at its own speed and whenever it comes. */
export class EventLog {
  readonly #events: Uint8Array[] = [];
  readonly #waiting = new Set<() => void>();
  #isEnded = false;

  add(event: Uint8Array): void {
    this.#events.push(event);
    this.#wake();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** A stream of all events, from the first. */
  read({ before, keepAliveMs, onCancel }: LogReader): ReadableStream<Uint8Array> {
    let next = 0;
    let isCancelled = false;
    return new ReadableStream({
      start: (controller) => {
        for (const event of before) controller.enqueue(event);
      },
      pull: async (controller) => {
        const isDue = () => next < this.#events.length || this.#isEnded || isCancelled;
        if (!isDue()) await this.#wait(keepAliveMs);
        if (isCancelled) return;
        const event = this.#events[next];
        if (event !== undefined) {
          next += 1;
          controller.enqueue(event);
        } else if (this.#isEnded) controller.close();
        else controller.enqueue(sseKeepAlive);
      },
      cancel: () => {
        isCancelled = true;
        this.#wake();
        onCancel();
      },
    });
  }

  /** Resolves with the next event, or after `ms`. */
  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resume, ms);
      const waiting = this.#waiting;
      waiting.add(resume);
      function resume() {
        clearTimeout(timer);
        waiting.delete(resume);
        resolve();
      }
    });
  }

  #wake(): void {
    for (const resume of [...this.#waiting]) resume();
  }
}
