import type { Transcript } from '../../turns/transcript.ts';

/** Everything that a run remembers: with the same effects, the same state leads to the same result. */
export interface RunState {
  readonly runId: string;
  /** Identifies the conversation; the runs of a conversation share it. */
  readonly conversationId: string;
  transcript: Transcript;
  /** The other parts of the state, by slice. A slice belongs to the file that defines it with `defineSlice`. */
  readonly slices: (object | undefined)[];
}

/** The state of a run that has not started. */
export function newRunState(
  runId: string,
  conversationId: string,
  transcript: Transcript,
): RunState {
  return { runId, conversationId, transcript, slices: [] };
}
