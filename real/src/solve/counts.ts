/** What one or more requests to a model needed. */
export interface Counts {
  readonly requests: number;
  /** Requests that the server answered with a status of 400 or more. */
  readonly refused: number;
  /** Tokens of prompts, including those of the server's cache. */
  readonly tokensIn: number;
  /** Tokens of prompts that the server had in its cache. */
  readonly cached: number;
  readonly tokensOut: number;
}

/** Zero requests. */
export const noCounts: Counts = { requests: 0, refused: 0, tokensIn: 0, cached: 0, tokensOut: 0 };

/** The sums of two counts. */
export function addCounts(one: Counts, other: Counts): Counts {
  return {
    requests: one.requests + other.requests,
    refused: one.refused + other.refused,
    tokensIn: one.tokensIn + other.tokensIn,
    cached: one.cached + other.cached,
    tokensOut: one.tokensOut + other.tokensOut,
  };
}
