import { type Context, context } from '@opentelemetry/api';

/** What is done while a generator runs. Its functions must not throw. */
export interface GeneratorWatch<Progress, Result> {
  /** The context of the next piece of work. */
  readonly context: () => Context;
  readonly onProgress?: (progress: Progress) => void;
  readonly onResult: (result: Result) => void;
  readonly onThrown: (thrown: unknown) => void;
}

/**
 * The same generator, but each piece of its work runs in a context of OpenTelemetry: a generator that is resumed runs in
 * the context of the code that resumes it.
 */
export function inContext<Progress, Result>(
  running: AsyncGenerator<Progress, Result>,
  watch: GeneratorWatch<Progress, Result>,
): AsyncGenerator<Progress, Result> {
  const look = (next: IteratorResult<Progress, Result>) => {
    if (next.done === true) watch.onResult(next.value);
    else watch.onProgress?.(next.value);
    return next;
  };
  const fail = (thrown: unknown) => {
    watch.onThrown(thrown);
    throw thrown;
  };
  const advance = (move: () => Promise<IteratorResult<Progress, Result>>) =>
    context.with(watch.context(), move).then(look, fail);
  return {
    next: () => advance(() => running.next()),
    return: (value) => advance(() => running.return(value)),
    throw: (thrown) => advance(() => running.throw(thrown)),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return(undefined as never);
    },
  };
}
