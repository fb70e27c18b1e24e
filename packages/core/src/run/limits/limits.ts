import type { Usage } from '../../dialect/wire.ts';
import { isFlag, isText, listOf } from '../../json-check.ts';
import { pricedCost } from '../state/cost.ts';
import type { RunEventBody, StopReason } from '../state/run-event.ts';
import type { Run } from '../state/run-setup.ts';
import type { RunState } from '../state/run-state.ts';
import { defineSlice, saved } from '../state/state-slice.ts';
import { stepSlice } from '../state/step.ts';
import { addUsage } from '../state/usage.ts';

/** A limit that is counted. */
type CountedLimit =
  | 'maxSteps'
  | 'maxRequests'
  | 'maxToolCalls'
  | 'maxInputTokens'
  | 'maxOutputTokens'
  | 'maxTotalTokens'
  | 'maxCost';

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
  for (const limit of countedLimits) {
    const max = run.setup.limits[limit];
    if (max === undefined || (isWithinStep && limit === 'maxSteps')) continue;
    if (countUse(run, limit) >= max) return stopReasons[limit];
  }
  return undefined;
}

/** Reports each limit once, when it is used to 80 %. */
export function* reportNearLimits<Context>(run: Run<Context>): Generator<RunEventBody, void> {
  const { nearLimits } = limitsSlice.of(run.state);
  for (const limit of countedLimits) {
    const max = run.setup.limits[limit];
    if (max === undefined || nearLimits.includes(limit)) continue;
    const used = countUse(run, limit);
    if (used < max * nearShare) continue;
    nearLimits.push(limit);
    yield { type: 'limit-neared', limit, used, max };
  }
}

const countedLimits = Object.keys(stopReasons) as readonly CountedLimit[];

function countUse<Context>({ setup, state }: Run<Context>, limit: CountedLimit): number {
  const { step, requests } = stepSlice.of(state);
  switch (limit) {
    case 'maxSteps':
      return step;
    case 'maxRequests':
      return requests;
    case 'maxToolCalls':
      return countToolCalls(state);
    case 'maxInputTokens':
      return usageOf(state).inputTokens;
    case 'maxOutputTokens':
      return usageOf(state).outputTokens;
    case 'maxTotalTokens': {
      const { inputTokens, outputTokens } = usageOf(state);
      return inputTokens + outputTokens;
    }
    case 'maxCost':
      return pricedCost(state, setup.limits.prices);
  }
}

/** Tokens with the estimates of those that the server did not count. */
function usageOf(state: RunState): Usage {
  const { usage, estimatedUsage } = stepSlice.of(state);
  return addUsage(usage, estimatedUsage);
}

/** How many calls the finished steps had. */
export function countToolCalls(state: RunState): number {
  return stepSlice.of(state).steps.reduce((sum, { calls }) => sum + calls.length, 0);
}
