import type { Usage } from '../dialect/wire.ts';
import type { StopReason } from './run-event.ts';
import type { Price } from './run-limits.ts';
import type { Run, RunSetup } from './run-setup.ts';
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
  const reached = limitUses(run).find(
    ({ limit, used, max }) => used >= max && !(isWithinStep && limit === 'maxSteps'),
  );
  return reached === undefined ? undefined : stopReasons[reached.limit];
}

/** The limits that have come near and were not told of yet. */
export function findNearLimits<Context>(run: Run<Context>): readonly LimitUse[] {
  return limitUses(run).filter(
    ({ limit, used, max }) => used >= max * nearShare && !run.state.nearLimits.includes(limit),
  );
}

const countedLimits = Object.keys(stopReasons) as readonly CountedLimit[];

/** Counts only what is limited: it is asked for several times in each step. */
function limitUses<Context>(run: Run<Context>): readonly LimitUse[] {
  const uses: LimitUse[] = [];
  for (const limit of countedLimits) {
    const max = run.setup.limits[limit];
    if (max !== undefined) uses.push({ limit, used: countUse(run, limit), max });
  }
  return uses;
}

function countUse<Context>({ setup, state }: Run<Context>, limit: CountedLimit): number {
  switch (limit) {
    case 'maxSteps':
      return state.step;
    case 'maxRequests':
      return state.requests;
    case 'maxToolCalls':
      return countToolCalls(state);
    default:
      return countTokens(limit, addUsage(state.usage, state.stepUsage), setup);
  }
}

function countTokens<Context>(
  limit: Exclude<CountedLimit, 'maxSteps' | 'maxRequests' | 'maxToolCalls'>,
  usage: Usage,
  { limits, model }: RunSetup<Context>,
): number {
  switch (limit) {
    case 'maxInputTokens':
      return usage.inputTokens;
    case 'maxOutputTokens':
      return usage.outputTokens;
    case 'maxTotalTokens':
      return usage.inputTokens + usage.outputTokens;
    case 'maxCost':
      return costOf(usage, limits.prices?.[model.id]);
  }
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
