/** Prices of a model, in any one currency, for a million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  /** Of input that came from the server's cache. @default the price of input */
  readonly cachedInput?: number;
}

/** What bounds a run. Everything counts over the whole run, resumed parts included, but for the time. */
export interface RunLimits {
  /** Decisions of the model, each with the tools it leads to. @default 20 */
  readonly maxSteps: number;
  /**
   * How many times a call may run with the same arguments and the same result, if no other call returns something new in
   * between. The next such call is not run; the model is informed. If it repeats the call again, the run stops with the
   * reason `loop-detected`. 0 turns this off. @default 3
   */
  readonly maxRepeats: number;
  /** Requests, those that are asked again included. */
  readonly maxRequests?: number;
  /** Calls of tools. */
  readonly maxToolCalls?: number;
  readonly maxInputTokens?: number;
  readonly maxOutputTokens?: number;
  readonly maxTotalTokens?: number;
  /** Milliseconds since the run was started or resumed; then it is aborted wherever it is. */
  readonly maxWallTimeMs?: number;
  /** In the currency of `prices`, which must name the model. */
  readonly maxCost?: number;
  /** By the model's id. */
  readonly prices?: Readonly<Record<string, Price>>;
  /** What happens at a limit: the run stops, or the model is asked for one last answer, without tools. @default 'stop' */
  readonly onLimit?: 'stop' | 'answer';
}
