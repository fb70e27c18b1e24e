import type { RunEvent } from '@turnwise/core';

/** The events of a segment that runs in this process, for any number of readers. */
export class EventFeed {
  /** The number of the segment. */
  readonly segment: number;
  readonly #events: RunEvent[] = [];
  readonly #readers = new Set<(event: RunEvent | undefined) => void>();
  #hasEnded = false;

  constructor(segment: number) {
    this.segment = segment;
  }

  /** Passes an event to the readers. Progress, such as a part of a text, is not kept for later readers. */
  emit(event: RunEvent): void {
    if (Number.isInteger(event.seq)) this.#events.push(event);
    for (const read of this.#readers) read(event);
  }

  /** Ends all readers. */
  end(): void {
    this.#hasEnded = true;
    for (const read of this.#readers) read(undefined);
  }

  /** The events so far, then each as it comes, until the segment ends. */
  async *read(): AsyncGenerator<RunEvent, void> {
    const unread: (RunEvent | undefined)[] = [...this.#events];
    if (this.#hasEnded) unread.push(undefined);
    let wake = () => {};
    const take = (event: RunEvent | undefined) => {
      unread.push(event);
      wake();
    };
    this.#readers.add(take);
    try {
      while (true) {
        if (unread.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const event = unread.shift();
        if (event === undefined) return;
        yield event;
      }
    } finally {
      this.#readers.delete(take);
    }
  }
}
