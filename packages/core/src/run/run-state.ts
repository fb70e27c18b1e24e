import type { Fix } from '../dialect/fix.ts';
import type { Usage } from '../dialect/wire.ts';
import { TurnwiseError } from '../errors.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import { Transcript, type TranscriptJson } from '../turns/transcript.ts';
import type { ToolResultStatus } from '../turns/turn.ts';
import type { ApprovalDecision } from './run-event.ts';

/** A finished step, in short. */
export interface StepSummary {
  readonly step: number;
  /** How many requests it took. */
  readonly requests: number;
  readonly usage: Usage;
  /** The calls of the step and how each ended; empty where it gave the answer. */
  readonly calls: readonly { readonly name: string; readonly status: ToolResultStatus }[];
}

/** Everything that a run knows of itself: given the same effects, the same state leads to the same end. */
export interface RunState {
  readonly runId: string;
  /** Names the conversation; kept across its runs. */
  readonly conversationId: string;
  transcript: Transcript;
  /** The step that runs or ran last, from 1; 0 before the first. */
  step: number;
  /** Requests of the current step so far. */
  stepRequests: number;
  stepUsage: Usage;
  usage: Usage;
  readonly fixes: Fix[];
  readonly steps: StepSummary[];
  /** Decisions on calls, by call id. */
  readonly decisions: Record<string, ApprovalDecision>;
  /** Names of the tools that the last request offered: nothing else may run. */
  offered: readonly string[];
  /** Whether a forced tool choice has had its call. */
  hasForcedCall: boolean;
  /** Calls of the open turn that a human must still decide on; not saved, asked for again on resume. */
  undecided: readonly string[];
  /** Whether the run was aborted; not saved. */
  isAborted: boolean;
}

/** A run's state as plain JSON, to be kept and resumed. */
export interface RunStateJson {
  readonly v: 1;
  readonly runId: string;
  readonly conversationId: string;
  readonly transcript: TranscriptJson;
  readonly step: number;
  readonly usage: Usage;
  readonly fixes: readonly Fix[];
  readonly steps: readonly StepSummary[];
  readonly decisions: Readonly<Record<string, ApprovalDecision>>;
  readonly offered: readonly string[];
  readonly hasForcedCall: boolean;
}

export const noUsage: Usage = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
});

/** Two usages summed. */
export function addUsage(one: Usage, other: Usage): Usage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cachedInputTokens: one.cachedInputTokens + other.cachedInputTokens,
  };
}

/** The state of a run that has not begun. */
export function newRunState(
  runId: string,
  conversationId: string,
  transcript: Transcript,
): RunState {
  return {
    runId,
    conversationId,
    transcript,
    step: 0,
    stepRequests: 0,
    stepUsage: noUsage,
    usage: noUsage,
    fixes: [],
    steps: [],
    decisions: {},
    offered: [],
    hasForcedCall: false,
    undecided: [],
    isAborted: false,
  };
}

/** A snapshot as plain JSON; it shares frozen turns with the state. */
export function saveRunState(state: RunState): RunStateJson {
  const { runId, conversationId, step, usage, offered, hasForcedCall } = state;
  return {
    v: 1,
    runId,
    conversationId,
    transcript: state.transcript.toJSON(),
    step,
    usage,
    fixes: [...state.fixes],
    steps: [...state.steps],
    decisions: { ...state.decisions },
    offered,
    hasForcedCall,
  };
}

/** Reads a saved state. Throws `invalid_state` where it is none. */
export function loadRunState(saved: RunStateJson | JsonValue): RunState {
  if (!isJsonObject(saved) || saved.v !== 1 || typeof saved.runId !== 'string') {
    throw new TurnwiseError(
      'invalid_state',
      'This is no saved run; pass the `state` of a result or of an error.',
    );
  }
  const state = saved as unknown as RunStateJson;
  return {
    ...newRunState(state.runId, state.conversationId, Transcript.fromJSON(state.transcript)),
    step: state.step,
    usage: state.usage,
    fixes: [...state.fixes],
    steps: [...state.steps],
    decisions: { ...state.decisions },
    offered: state.offered,
    hasForcedCall: state.hasForcedCall,
  };
}
