/** Work that several callers wait for. It is aborted when the last caller stops waiting. */
export class SharedWork<Result> {
  readonly #controller = new AbortController();
  readonly #result: Promise<Result>;
  #waiting = 0;
  #isOver = false;

  /** Starts the work. When its signal aborts, the work must resolve or reject soon. */
  constructor(work: (signal: AbortSignal) => Promise<Result>) {
    this.#result = work(this.#controller.signal);
    const end = () => {
      this.#isOver = true;
    };
    this.#result.then(end, end);
  }

  /** Whether the work is still running, so that more callers can wait for it. */
  get isRunning(): boolean {
    return !this.#isOver && !this.#controller.signal.aborted;
  }

  /** The result. Rejects with the signal's reason as soon as the signal aborts. */
  async wait(signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    this.#waiting += 1;
    try {
      return await this.#resultUnless(signal);
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && !this.#isOver) this.#controller.abort();
    }
  }

  #resultUnless(signal: AbortSignal): Promise<Result> {
    return new Promise((resolve, reject) => {
      const leave = () => reject(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
      this.#result.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }
}
