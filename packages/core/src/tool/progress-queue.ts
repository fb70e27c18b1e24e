/** A queue of values with one writer and one reader. */
export interface ProgressQueue<Value> {
  /** Adds a value; has no effect after `close`. */
  readonly push: (value: Value) => void;
  readonly close: () => void;
  /** Removes and returns all values in the queue. */
  take(): readonly Value[];
  /** Waits for a value: `true` if there is one, `false` if the queue is closed and empty. */
  hasMore(): boolean | Promise<boolean>;
}

/** Creates a queue that passes values from a callback to a generator. */
export function progressQueue<Value>(): ProgressQueue<Value> {
  let waiting: Value[] = [];
  let isClosed = false;
  let wake: ((hasMore: boolean) => void) | undefined;
  const notify = () => {
    wake?.(waiting.length > 0);
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
    take: () => {
      const taken = waiting;
      waiting = [];
      return taken;
    },
    hasMore: () => {
      if (waiting.length > 0 || isClosed) return waiting.length > 0;
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
  };
}
