import type { Usage } from '../../dialect/wire.ts';
import type { Turn } from '../../turns/turn.ts';

/** What a stop condition can read, after the tools of a step. */
export interface StopView {
  /** Steps of this run so far. */
  readonly step: number;
  readonly turns: readonly Turn[];
  readonly usage: Usage;
}

/** Whether a run should stop now, although the model has not answered. */
export type StopCondition = (view: StopView) => boolean | Promise<boolean>;

/** Stops after `count` steps. */
export function stepCountIs(count: number): StopCondition {
  return ({ step }) => step >= count;
}

/** Stops after the step in which a tool with this name was called. */
export function toolWasCalled(name: string): StopCondition {
  return ({ turns }) => {
    const last = turns.at(-1);
    return last?.role === 'tool' && last.results.some((result) => result.name === name);
  };
}
