/** Prices of a model for one million tokens, in any currency. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Input from the server's cache. @default the price of input */
  readonly cachedInput?: number | undefined;
}

/** The limits of a run. All of them count over the whole run including its resumed parts. */
export interface RunLimits {
  /** Decisions of the model, each with the tools that it leads to. @default 20 */
  readonly maxSteps: number;
  /**
   * How many times a call may run with the same arguments and the same result, if no other call returns something new in
   * between. The next such call is not run; the model is informed. If it repeats the call again, the run stops with the
   * reason `loop-detected`. 0 turns this off. @default 3
   */
  readonly maxRepeats: number;
  /** Requests to the model. An unusable reply that is requested again counts again; a retry of a failed request does not. */
  readonly maxRequests?: number | undefined;
  /**
   * Calls of one reply. The calls beyond it are dropped and do not run; the model gets one result that reports it.
   * @default 32
   */
  readonly maxCallsPerReply: number;
  /** Tools that run in parallel. @default 8 */
  readonly maxParallelTools: number;
  /** Calls of tools. */
  readonly maxToolCalls?: number | undefined;
  readonly maxInputTokens?: number | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly maxTotalTokens?: number | undefined;
  /** Milliseconds that the run may take, without the time in which it waits for decisions; then it is aborted. */
  readonly maxWallTimeMs?: number | undefined;
  /** In the currency of `prices`, which must have the model. */
  readonly maxCost?: number | undefined;
  /** By model id. With the price of its model, a result has a `cost`, also without `maxCost`. */
  readonly prices?: Readonly<Record<string, Price>> | undefined;
  /** Whether the run stops at a limit, or asks the model for one last answer without tools. @default 'stop' */
  readonly onLimit?: 'stop' | 'answer' | undefined;
}
