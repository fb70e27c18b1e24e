import { type ContextView, wholeView } from '../context/context-view.ts';
import type { Fix } from '../dialect/fix.ts';
import type { Usage } from '../dialect/wire.ts';
import type { LastDialect } from '../model/model.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { ToolResultStatus, UserInput } from '../turns/turn.ts';
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
  /** What the current step took before the run was paused in it. */
  pausedStep: Pick<StepSummary, 'requests' | 'usage'>;
  /** Requests of the whole run. */
  requests: number;
  /** Inputs that came in while calls were open, or after the run had looked for the last time. */
  waitingInputs: readonly UserInput[];
  readonly fixes: Fix[];
  readonly steps: StepSummary[];
  /** How often each call was made with the same result since anything new was found out, by call. */
  readonly repeats: Record<string, RepeatedCall>;
  /** How often a call had a result that it did not have the last time. */
  findings: number;
  /** How many of the last replies, without a break, held a call that was answered instead of run. */
  loopsDetected: number;
  /** Limits that were told of as near. */
  readonly nearLimits: string[];
  /** Whether a limit is reached and the model gives its last answer. */
  isLastAnswer: boolean;
  /** Decisions on calls, by call id. */
  readonly decisions: Record<string, ApprovalDecision>;
  /** Names of the tools that the last request offered: nothing else may run. */
  activeTools: readonly string[];
  /** What of the transcript the model is shown. */
  view: ContextView;
  /** Whether a result is longer than its tool lets the model see. */
  hasLongResult: boolean;
  /** The model's own summary of what it is no longer shown. */
  summary: string;
  /** Tokens of prompt and answer together, as far as is known. */
  contextWindow: number | undefined;
  /** Counted tokens per estimated token. */
  correction: number;
  /** How the model was spoken to last. */
  dialect: LastDialect | undefined;
  /** Whether a forced tool choice has had its call. */
  hasForcedCall: boolean;
  /** Calls of the open turn that a human must still decide on; not saved, asked for again on resume. */
  undecided: readonly string[];
  /** Why the run was aborted; not saved. */
  aborted: AbortCause | undefined;
  /** The output that the last answer was read as; not saved, read again from the text. */
  output: { readonly value: unknown } | undefined;
}

/** Why a run was aborted: by the program, or because its time was up. */
export type AbortCause = 'aborted' | 'max-wall-time';

/** A call that was made before. */
export interface RepeatedCall {
  /** Hash of the last result. */
  readonly result: string;
  /** How often it had that result since anything new was found out. */
  readonly count: number;
  /** The run's `findings` when it was counted: with more of them, its count is 1 again. */
  readonly findings: number;
}

/** What nothing costs. */
export const noUsage: Usage = Object.freeze({
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
});

/** A step that has taken nothing yet. */
export const noStep = Object.freeze({ requests: 0, usage: noUsage });

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
    pausedStep: noStep,
    requests: 0,
    waitingInputs: [],
    fixes: [],
    steps: [],
    repeats: {},
    findings: 0,
    loopsDetected: 0,
    nearLimits: [],
    isLastAnswer: false,
    decisions: {},
    activeTools: [],
    view: wholeView,
    hasLongResult: false,
    summary: '',
    contextWindow: undefined,
    correction: 1,
    dialect: undefined,
    hasForcedCall: false,
    undecided: [],
    aborted: undefined,
    output: undefined,
  };
}
