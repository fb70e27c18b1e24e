import type { JsonValue } from '../json.ts';
import { progressQueue } from '../tool/progress-queue.ts';

/** What kind of effect it is: a request to a model, a tool, a function of the program, or reading new inputs of the run. */
export type EffectKind = 'model' | 'tool' | 'function' | 'inbox';

interface BaseEffect {
  readonly kind: EffectKind;
  /** Unique within the run, and the same in a replay. */
  readonly id: string;
  /** What a journal records as the input; called only if there is a journal. */
  readonly input: () => JsonValue;
}

/** Something that takes time and reports progress, such as a request or a tool. Its result is JSON; progress is not replayed. */
export interface Effect<Progress, Result> extends BaseEffect {
  readonly execute: () => AsyncGenerator<Progress, Result>;
}

/** Something that returns one value, such as a function of the program. */
export interface ValueEffect<Result> extends BaseEffect {
  readonly execute: () => Result | Promise<Result>;
}

/**
 * Executes everything that the loop of a run cannot compute from its state: requests to the model, tools, new inputs and
 * functions of the program. With the same results the loop does the same: an engine that records the results can replay a run.
 */
export interface Effects {
  /** Executes an effect, or returns its recorded result. Throws what the effect throws. */
  perform<Progress, Result>(effect: Effect<Progress, Result>): AsyncGenerator<Progress, Result>;
  /** The same for an effect without progress. */
  value<Result>(effect: ValueEffect<Result>): Result | Promise<Result>;
  /**
   * Runs effects in parallel. They start in the given order, progress is yielded as it comes, and the results have the given
   * order. Nothing else of a run is parallel.
   */
  all<Progress, Result>(
    running: readonly AsyncGenerator<Progress, Result>[],
  ): AsyncGenerator<Progress, Result[]>;
}

/** Effects that are executed in this process and are not recorded. */
export const inProcessEffects: Effects = {
  perform: (effect) => effect.execute(),
  value: (effect) => effect.execute(),
  all: joinProgress,
};

async function* joinProgress<Progress, Result>(
  running: readonly AsyncGenerator<Progress, Result>[],
): AsyncGenerator<Progress, Result[]> {
  const progress = progressQueue<Progress>();
  const results = Promise.all(running.map((each) => runToEnd(each, progress.push)));
  results.then(progress.close, progress.close);
  while (await progress.hasMore()) {
    for (const each of progress.take()) yield each;
  }
  return await results;
}

async function runToEnd<Progress, Result>(
  running: AsyncGenerator<Progress, Result>,
  onProgress: (progress: Progress) => void,
): Promise<Result> {
  while (true) {
    const next = await running.next();
    if (next.done === true) return next.value;
    onProgress(next.value);
  }
}
