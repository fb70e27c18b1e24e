import type { Usage } from '../dialect/wire.ts';
import type { StopReason } from './run-event.ts';
import type { Price } from './run-limits.ts';
import type { Run } from './run-setup.ts';
import { addUsage, type RunState } from './run-state.ts';

/** A limit that is counted. */
type CountedLimit =
  | 'maxSteps'
  | 'maxRequests'
  | 'maxToolCalls'
  | 'maxInputTokens'
  | 'maxOutputTokens'
  | 'maxTotalTokens'
  | 'maxCost';

/** How much of a limit is used. */
export interface LimitUse {
  readonly limit: CountedLimit;
  readonly used: number;
  readonly max: number;
}

const stopReasons: Readonly<Record<CountedLimit, StopReason>> = {
  maxSteps: 'max-steps',
  maxRequests: 'max-requests',
  maxToolCalls: 'max-tool-calls',
  maxInputTokens: 'max-input-tokens',
  maxOutputTokens: 'max-output-tokens',
  maxTotalTokens: 'max-total-tokens',
  maxCost: 'max-cost',
};

/** The share of a limit at which a run says that it comes near. */
const nearShare = 0.8;

/**
 * The reason to stop for where a limit is reached, or `undefined`. Within a step, the step itself is not counted: the last
 * one that is allowed may be taken to its end.
 */
export function findReachedLimit<Context>(
  run: Run<Context>,
  { isWithinStep = false }: { readonly isWithinStep?: boolean } = {},
): StopReason | undefined {
  const uses = limitUses(run).filter(({ limit }) => !isWithinStep || limit !== 'maxSteps');
  const reached = uses.find(({ used, max }) => used >= max);
  return reached === undefined ? undefined : stopReasons[reached.limit];
}

/** The limits that have come near and were not told of yet. */
export function findNearLimits<Context>(run: Run<Context>): readonly LimitUse[] {
  return limitUses(run).filter(
    ({ limit, used, max }) => used >= max * nearShare && !run.state.nearLimits.includes(limit),
  );
}

function limitUses<Context>({ setup, state }: Run<Context>): readonly LimitUse[] {
  const { limits, model } = setup;
  const usage = addUsage(state.usage, state.stepUsage);
  const used: Readonly<Record<CountedLimit, number>> = {
    maxSteps: state.step,
    maxRequests: state.requests,
    maxToolCalls: countToolCalls(state),
    maxInputTokens: usage.inputTokens,
    maxOutputTokens: usage.outputTokens,
    maxTotalTokens: usage.inputTokens + usage.outputTokens,
    maxCost: limits.maxCost === undefined ? 0 : costOf(usage, limits.prices?.[model.id]),
  };
  return (Object.keys(stopReasons) as CountedLimit[]).flatMap((limit) => {
    const max = limits[limit];
    return max === undefined ? [] : [{ limit, used: used[limit], max }];
  });
}

/** How many calls were answered in the steps that are over. */
export function countToolCalls({ steps }: RunState): number {
  return steps.reduce((sum, { calls }) => sum + calls.length, 0);
}

function costOf(usage: Usage, price: Price | undefined): number {
  if (price === undefined) return 0;
  const { input, output, cachedInput = input } = price;
  const fresh = usage.inputTokens - usage.cachedInputTokens;
  const sum = fresh * input + usage.cachedInputTokens * cachedInput + usage.outputTokens * output;
  return sum / 1_000_000;
}
