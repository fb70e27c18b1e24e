import type { AgentOptions } from '@turnwise/core';

/** The options of `turnwise()`. */
export interface TurnwiseOptions
  extends Pick<AgentOptions<unknown>, 'contextWindow' | 'grounded' | 'outputRetries' | 'tracer'> {
  /** The name of the provider in the AI SDK. @default 'turnwise' */
  readonly provider?: string | undefined;
}
