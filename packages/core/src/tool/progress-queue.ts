/** Values pushed by one side and read by the other, in order. */
export interface ProgressQueue<Value> {
  /** Adds a value; without effect once closed. */
  readonly push: (value: Value) => void;
  readonly close: () => void;
  /** What was pushed since the last time. */
  take(): readonly Value[];
  /** Resolves once something was pushed; `false` once it is closed and everything was taken. For one reader. */
  hasMore(): boolean | Promise<boolean>;
}

/** A queue between a callback and a generator. */
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
