import type { Phase } from './run-event.ts';
import type { Run } from './run-setup.ts';

/** What is asked of the model in one attempt of a step. */
export interface Attempt {
  readonly phase: Phase;
  /** Whether the reply is asked for whole, because the one before could not be used. */
  readonly withoutStreaming: boolean;
  /** Answers so far that were asked for in the output's shape and did not fit. */
  readonly outputTries: number;
  /** The answer that did not fit, and why. */
  readonly rejected?: { readonly text: string; readonly feedback: string };
}

/** What a step asks first: to act where tools may be called, else to answer. */
export function firstAttempt<Context>({ setup, state }: Run<Context>): Attempt {
  const offersTools = setup.tools.length > 0 && setup.toolChoice !== 'none' && !state.isLastAnswer;
  return { phase: offersTools ? 'act' : 'answer', withoutStreaming: false, outputTries: 0 };
}
