import { TurnwiseError } from '../errors.ts';
import type { ContextWindowOptions } from './context-window-options.ts';
import type { LedgerEstimate } from './token-ledger.ts';

/** How many tokens a prompt may have. */
export interface ContextBudget {
  readonly window: number;
  /** Most tokens of the prompt. */
  readonly limit: number;
  /** Tokens after a compaction: fewer than the limit, so that the next step does not need another. */
  readonly target: number;
}

/** The share of its limit that a prompt has after a compaction. */
const targetShare = 0.7;
/** By how much the part that is not counted yet may be larger than its estimate. */
const uncertainty = 0.3;

/** The budget of a window. Throws `invalid_options` if the reserve leaves no tokens for a prompt. */
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
      `${kept} tokens are reserved for the answer, but the context window has only ${window}. Lower maxOutputTokens or contextWindow.reserveTokens.`,
    );
  }
  return { window, limit, target: Math.floor(limit * targetShare) };
}

/** Whether a prompt may be over its limit. */
export function isOverBudget(
  { tokens, unmeasured }: LedgerEstimate,
  { limit }: ContextBudget,
): boolean {
  return tokens + unmeasured * uncertainty > limit;
}
