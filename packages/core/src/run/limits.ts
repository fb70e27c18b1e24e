import { isFlag, isText, listOf } from '../json-check.ts';
import { pricedCost } from './cost.ts';
import type { RunEventBody, StopReason } from './run-event.ts';
import type { Run } from './run-setup.ts';
import type { RunState } from './run-state.ts';
import { defineSlice, saved } from './state-slice.ts';
import { stepSlice } from './step.ts';
import { addUsage } from './usage.ts';

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
interface LimitUse {
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

/** Which limits were reported. */
export const limitsSlice = defineSlice({
  /** Limits whose `limit-neared` event was emitted. */
  nearLimits: saved((): string[] => [], listOf(isText)),
  /** Whether a fix reported that limits use estimated tokens. */
  hasReportedEstimate: saved(() => false, isFlag),
});

/** The used share of a limit from which on the run reports it. */
const nearShare = 0.8;

/**
 * The reason to stop if a limit is reached, or `undefined`. Within a step `maxSteps` does not count: the last allowed step
 * may finish.
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

/** Reports each limit once, when it is used to 80 %. */
export function* reportNearLimits<Context>(run: Run<Context>): Generator<RunEventBody, void> {
  const { nearLimits } = limitsSlice.of(run.state);
  for (const use of limitUses(run)) {
    if (use.used < use.max * nearShare || nearLimits.includes(use.limit)) continue;
    nearLimits.push(use.limit);
    yield { type: 'limit-neared', ...use };
  }
}

const countedLimits = Object.keys(stopReasons) as readonly CountedLimit[];

/** The uses of the limits that are set. */
function limitUses<Context>(run: Run<Context>): readonly LimitUse[] {
  const uses: LimitUse[] = [];
  for (const limit of countedLimits) {
    const max = run.setup.limits[limit];
    if (max !== undefined) uses.push({ limit, used: countUse(run, limit), max });
  }
  return uses;
}

function countUse<Context>({ setup, state }: Run<Context>, limit: CountedLimit): number {
  const { step, requests, usage: counted, estimatedUsage } = stepSlice.of(state);
  const usage = addUsage(counted, estimatedUsage);
  switch (limit) {
    case 'maxSteps':
      return step;
    case 'maxRequests':
      return requests;
    case 'maxToolCalls':
      return countToolCalls(state);
    case 'maxInputTokens':
      return usage.inputTokens;
    case 'maxOutputTokens':
      return usage.outputTokens;
    case 'maxTotalTokens':
      return usage.inputTokens + usage.outputTokens;
    case 'maxCost':
      return pricedCost(state, setup.limits.prices);
  }
}

/** How many calls the finished steps had. */
export function countToolCalls(state: RunState): number {
  return stepSlice.of(state).steps.reduce((sum, { calls }) => sum + calls.length, 0);
}
