import type { Usage } from '../../dialect/wire.ts';
import type { Price, RunLimits } from './run-limits.ts';
import type { RunState } from './run-state.ts';
import { defineSlice, savedMap } from './state-slice.ts';
import { addUsage, isUsage, noUsage } from './usage.ts';

/** What the cost of a run is computed from. */
export const costSlice = defineSlice({
  /** Tokens by model id, with estimates for what the server did not count: a resumed run may use another model. */
  usageByModel: savedMap<Usage>(isUsage),
});

/** Adds tokens of a request to a model. */
export function countModelUsage(state: RunState, model: string, usage: Usage): void {
  const { usageByModel } = costSlice.of(state);
  usageByModel.set(model, addUsage(usageByModel.get(model) ?? noUsage, usage));
}

/** The cost of the whole run in the currency of the prices; `undefined` if a model that it used has no price. */
export function costOfRun(state: RunState, prices: RunLimits['prices']): number | undefined {
  const models = [...costSlice.of(state).usageByModel.keys()];
  if (prices === undefined || models.some((model) => prices[model] === undefined)) return undefined;
  return pricedCost(state, prices);
}

/** The cost of the requests to models that have a price. */
export function pricedCost(state: RunState, prices: RunLimits['prices']): number {
  let sum = 0;
  for (const [model, usage] of costSlice.of(state).usageByModel) {
    sum += costOf(usage, prices?.[model]) ?? 0;
  }
  return sum;
}

/** The cost of some tokens; `undefined` without a price. Cached input has its own price and is not paid twice. */
export function costOf(usage: Usage, price: Price | undefined): number | undefined {
  if (price === undefined) return undefined;
  const { input, output, cachedInput = input } = price;
  const fresh = usage.inputTokens - usage.cachedInputTokens;
  const sum = fresh * input + usage.cachedInputTokens * cachedInput + usage.outputTokens * output;
  return sum / 1_000_000;
}
