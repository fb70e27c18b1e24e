/** Values pushed by one side and read by the other, in order. */
export interface ProgressQueue<Value> {
  /** Adds a value; without effect once closed. */
  readonly push: (value: Value) => void;
  close(): void;
  /** Yields what was pushed and what will be, until closed. For one reader. */
  drain(): AsyncGenerator<Value, void>;
}

/** A queue between a callback and a generator. */
export function progressQueue<Value>(): ProgressQueue<Value> {
  const waiting: Value[] = [];
  let isClosed = false;
  let wake: (() => void) | undefined;
  const notify = () => {
    wake?.();
    wake = undefined;
  };
  return {
    push: (value) => {
      if (isClosed) return;
      waiting.push(value);
      notify();
    },
    close: () => {
      isClosed = true;
      notify();
    },
    async *drain() {
      while (true) {
        yield* waiting.splice(0);
        if (waiting.length > 0) continue;
        if (isClosed) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
