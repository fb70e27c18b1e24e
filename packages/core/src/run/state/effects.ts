import type { JsonValue } from '../../json.ts';
import { progressQueue } from '../../tool/progress-queue.ts';
import type { ToolRepeat } from '../../tool/tool.ts';

/** What kind of effect it is: a request to a model, a tool, a function of the program, or reading new inputs of the run. */
export type EffectKind = 'model' | 'tool' | 'function' | 'inbox';

/** How an engine executes an effect. */
export interface EffectExecution {
  /** 1, or more if the effect was begun before and a crash prevented its result. */
  readonly attempt: number;
}

interface BaseEffect {
  readonly kind: EffectKind;
  /** Unique within a segment (from a start or a resume to the next pause or end), and the same in a replay. */
  readonly id: string;
  /** For people: the id of the model, the name of the tool, or the function, such as `isEnabled of tool "search"`. */
  readonly name: string;
  /** Whether it may be executed again if a crash prevented its result. For a tool it is the option `repeat`. */
  readonly repeat: ToolRepeat;
  /** What a journal records as the input; called only if there is a journal. */
  readonly input: () => JsonValue;
}

/** Something that takes time and reports progress, such as a request or a tool. Its result is JSON; progress is not replayed. */
export interface Effect<Progress, Result> extends BaseEffect {
  readonly execute: (execution: EffectExecution) => AsyncGenerator<Progress, Result>;
}

/** Something that returns one value, such as a function of the program. */
export interface ValueEffect<Result> extends BaseEffect {
  readonly execute: (execution: EffectExecution) => Result | Promise<Result>;
}

/**
 * Executes everything that the loop of a run cannot compute from its state: requests to the model, tools, new inputs and
 * functions of the program. With the same results the loop does the same: an engine that records the results can replay a run.
 * Every result may be replaced by `JSON.parse(JSON.stringify(result))`, and every error by
 * `errorFromJson(JSON.parse(JSON.stringify(errorToJson(error))))`: the run stays the same.
 *
 * An `EngineStop` that one of these functions throws ends the run as soon as the effects that run in parallel have settled: no
 * further effect begins, nothing is saved, no event reports it, and the result of the run rejects with it.
 */
export interface Effects {
  /** Whether recorded results are left: the next effect is not executed. Events that are emitted meanwhile are marked. */
  readonly isReplaying: boolean;
  /** Executes an effect, or returns its recorded result. Throws what the effect throws. */
  perform<Progress, Result>(effect: Effect<Progress, Result>): AsyncGenerator<Progress, Result>;
  /** The same for an effect without progress. */
  value<Result>(effect: ValueEffect<Result>): Result | Promise<Result>;
  /**
   * Runs effects in parallel. They start in the given order, progress is yielded as it comes, and the results have the given
   * order. It waits until all of them have settled, and then throws the first error. Nothing else of a run is parallel.
   */
  all<Progress, Result>(
    running: readonly AsyncGenerator<Progress, Result>[],
  ): AsyncGenerator<Progress, Result[]>;
}

const onlyExecution: EffectExecution = Object.freeze({ attempt: 1 });

/** Effects that are executed in this process and are not recorded. */
export const inProcessEffects: Effects = {
  isReplaying: false,
  perform: (effect) => effect.execute(onlyExecution),
  value: (effect) => effect.execute(onlyExecution),
  all: joinProgress,
};

async function* joinProgress<Progress, Result>(
  running: readonly AsyncGenerator<Progress, Result>[],
): AsyncGenerator<Progress, Result[]> {
  const progress = progressQueue<Progress>();
  const settling = Promise.allSettled(running.map((each) => runToEnd(each, progress.push)));
  void settling.then(progress.close);
  while (await progress.hasMore()) {
    for (const each of progress.take()) yield each;
  }
  return (await settling).map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
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
