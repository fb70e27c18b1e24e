import type { Usage } from '../dialect/wire.ts';
import type { Turn } from '../turns/turn.ts';

/** What a stop condition sees, after the tools of a step. */
export interface StopView {
  /** Steps taken in this run. */
  readonly step: number;
  readonly turns: readonly Turn[];
  readonly usage: Usage;
}

/** Whether a run should stop now, though the model has not answered. */
export type StopCondition = (view: StopView) => boolean | Promise<boolean>;

/** Stops after so many steps. */
export function stepCountIs(count: number): StopCondition {
  return ({ step }) => step >= count;
}

/** Stops once a tool of that name was called and answered. */
export function toolWasCalled(name: string): StopCondition {
  return ({ turns }) => {
    const last = turns.at(-1);
    return last?.role === 'tool' && last.results.some((result) => result.name === name);
  };
}
