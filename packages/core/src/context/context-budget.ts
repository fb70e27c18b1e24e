import { TurnwiseError } from '../errors.ts';
import type { ContextWindowOptions } from './context-window-options.ts';
import type { LedgerEstimate } from './token-ledger.ts';

/** Tokens that a prompt may have. */
export interface ContextBudget {
  readonly window: number;
  /** Tokens of the prompt at most. */
  readonly limit: number;
  /** Tokens that a compaction aims at, so that the next step does not need another. */
  readonly target: number;
}

/** The share of its limit that a prompt is brought down to. */
const targetShare = 0.7;
/** What is not counted yet may be so much larger than its estimate. */
const uncertainty = 0.3;

/** The budget of a window. Throws `invalid_options` where the reserve leaves no room for a prompt. */
export function contextBudget(
  window: number,
  { reserveTokens }: ContextWindowOptions,
  maxOutputTokens: number | undefined,
): ContextBudget {
  const kept = reserveTokens ?? maxOutputTokens ?? Math.min(2_048, Math.floor(window / 4));
  const limit = window - kept;
  if (limit < window / 20) {
    throw new TurnwiseError(
      'invalid_options',
      `${kept} tokens are kept for the answer, and the context window has ${window}; lower maxOutputTokens or context.reserve.`,
    );
  }
  return { window, limit, target: Math.floor(limit * targetShare) };
}

/** Whether a prompt could be over its limit. */
export function isOverBudget(
  { tokens, unmeasured }: LedgerEstimate,
  { limit }: ContextBudget,
): boolean {
  return tokens + unmeasured * uncertainty > limit;
}
