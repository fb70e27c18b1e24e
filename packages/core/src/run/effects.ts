import type { JsonValue } from '../json.ts';
import { progressQueue } from '../tool/progress-queue.ts';

/** What an effect asks for. */
export type EffectKind = 'model' | 'tool' | 'function' | 'inbox' | 'clock';

interface BaseEffect {
  readonly kind: EffectKind;
  /** Unique within the run, and the same when the run is replayed. */
  readonly id: string;
  /** What a journal records of the input; computed only where one is kept. */
  readonly input: () => JsonValue;
}

/** Something impure that takes time and shows progress. The result is JSON; progress is never replayed. */
export interface Effect<Progress, Result> extends BaseEffect {
  readonly execute: () => AsyncGenerator<Progress, Result>;
}

/** Something impure that gives one value. */
export interface ValueEffect<Result> extends BaseEffect {
  readonly execute: () => Result | Promise<Result>;
}

/**
 * Where everything impure of a run passes: model and tool calls, the inbox, every function of the user.
 * Given the results, the loop is deterministic: an engine that records them can replay a run.
 */
export interface Effects {
  /** Executes an effect, or gives its recorded result. Throws what the effect throws. */
  perform<Progress, Result>(effect: Effect<Progress, Result>): AsyncGenerator<Progress, Result>;
  /** The same for an effect without progress. */
  value<Result>(effect: ValueEffect<Result>): Result | Promise<Result>;
  /**
   * Joins effects that run side by side: they start in the given order, progress comes as it happens, the results stand in
   * the given order. The only place where things run in parallel.
   */
  all<Progress, Result>(
    running: readonly AsyncGenerator<Progress, Result>[],
  ): AsyncGenerator<Progress, Result[]>;
}

/** Effects that are executed in place and recorded nowhere. */
export const inProcessEffects: Effects = {
  perform: (effect) => effect.execute(),
  value: (effect) => effect.execute(),
  all: joinProgress,
};

async function* joinProgress<Progress, Result>(
  running: readonly AsyncGenerator<Progress, Result>[],
): AsyncGenerator<Progress, Result[]> {
  const progress = progressQueue<Progress>();
  const results = Promise.all(running.map((each) => pump(each, progress.push)));
  results.then(progress.close, progress.close);
  while (await progress.hasMore()) {
    for (const each of progress.take()) yield each;
  }
  return await results;
}

async function pump<Progress, Result>(
  running: AsyncGenerator<Progress, Result>,
  push: (progress: Progress) => void,
): Promise<Result> {
  while (true) {
    const next = await running.next();
    if (next.done === true) return next.value;
    push(next.value);
  }
}
