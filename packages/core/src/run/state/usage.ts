import type { Usage } from '../../dialect/wire.ts';
import { isCount, objectOf } from '../../json-check.ts';

/** Zero usage. */
export const noUsage: Usage = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
});

/** The sum of two usages. */
export function addUsage(one: Usage, other: Usage): Usage {
  if (one === noUsage) return other;
  if (other === noUsage) return one;
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cachedInputTokens: one.cachedInputTokens + other.cachedInputTokens,
  };
}

/** Checks a saved usage. */
export const isUsage = objectOf({
  inputTokens: isCount,
  outputTokens: isCount,
  cachedInputTokens: isCount,
});
