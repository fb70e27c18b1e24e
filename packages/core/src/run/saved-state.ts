import { applyView, type ContextView } from '../context/context-view.ts';
import type { Fix } from '../dialect/fix.ts';
import type { Usage } from '../dialect/wire.ts';
import { TurnwiseError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import type { LastDialect } from '../model/model.ts';
import { isInput } from '../turns/check-turn.ts';
import { Transcript, type TranscriptJson } from '../turns/transcript.ts';
import type { UserInput } from '../turns/turn.ts';
import type { ApprovalDecision } from './run-event.ts';
import {
  addUsage,
  newRunState,
  type RepeatedCall,
  type RunState,
  type StepSummary,
} from './run-state.ts';

/** A run's state as plain JSON, to be kept and resumed. */
export interface RunStateJson {
  readonly v: 1;
  readonly runId: string;
  readonly conversationId: string;
  readonly transcript: TranscriptJson;
  readonly step: number;
  readonly usage: Usage;
  readonly pausedStep: Pick<StepSummary, 'requests' | 'usage'>;
  readonly requests: number;
  readonly waitingInputs: readonly UserInput[];
  readonly fixes: readonly Fix[];
  readonly steps: readonly StepSummary[];
  readonly repeats: Readonly<Record<string, RepeatedCall>>;
  readonly findings: number;
  readonly loopsDetected: number;
  readonly nearLimits: readonly string[];
  readonly isLastAnswer: boolean;
  readonly decisions: Readonly<Record<string, ApprovalDecision>>;
  readonly activeTools: readonly string[];
  readonly view: ContextView;
  readonly hasLongResult: boolean;
  readonly summary: string;
  readonly contextWindow?: number;
  readonly correction: number;
  readonly dialect?: LastDialect;
  readonly hasForcedCall: boolean;
}

/** A snapshot as plain JSON; it shares frozen turns with the state. */
export function saveRunState(state: RunState): RunStateJson {
  const { dialect, contextWindow } = state;
  // Field by field: taking a few of so many fields out by a rest pattern costs as much as a step.
  return {
    v: 1,
    runId: state.runId,
    conversationId: state.conversationId,
    transcript: state.transcript.toJSON(),
    step: state.step,
    usage: addUsage(state.usage, state.stepUsage),
    pausedStep: state.pausedStep,
    requests: state.requests,
    waitingInputs: state.waitingInputs,
    fixes: [...state.fixes],
    steps: [...state.steps],
    repeats: { ...state.repeats },
    findings: state.findings,
    loopsDetected: state.loopsDetected,
    nearLimits: [...state.nearLimits],
    isLastAnswer: state.isLastAnswer,
    decisions: { ...state.decisions },
    activeTools: state.activeTools,
    view: state.view,
    hasLongResult: state.hasLongResult,
    summary: state.summary,
    ...(contextWindow === undefined ? {} : { contextWindow }),
    correction: state.correction,
    ...(dialect === undefined ? {} : { dialect }),
    hasForcedCall: state.hasForcedCall,
  };
}

/** Reads a saved state. Throws `invalid_state` where it is none or is damaged, and names the field. */
export function loadRunState(json: unknown): RunState {
  if (!isJsonObject(json)) throw invalid('This is no saved run');
  const damaged = fields.find((field) => !checks[field](json[field]));
  if (damaged !== undefined) throw invalid(`The saved run is damaged at \`${damaged}\``);
  // Every field was looked at.
  const { v, transcript: turns, ...saved } = json as unknown as RunStateJson;
  const transcript = Transcript.fromJSON(turns);
  if (!isView(saved.view, transcript)) throw invalid('The saved run is damaged at `view`');
  return {
    ...newRunState(saved.runId, saved.conversationId, transcript),
    ...saved,
    fixes: [...saved.fixes],
    steps: [...saved.steps],
    repeats: { ...saved.repeats },
    nearLimits: [...saved.nearLimits],
    decisions: { ...saved.decisions },
  };
}

function invalid(what: string): TurnwiseError {
  return new TurnwiseError(
    'invalid_state',
    `${what}; pass the \`state\` of a result or of an error, as it was.`,
  );
}

/** What the model is shown of a conversation is one too, and the same speaker is next in it. */
function isView(view: ContextView, transcript: Transcript): boolean {
  try {
    return Transcript.of(applyView(transcript.turns, view)).awaits === transcript.awaits;
  } catch {
    return false;
  }
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isCount: Check = (value) => typeof value === 'number' && value >= 0;
const isPositive: Check = (value) => typeof value === 'number' && value > 0;

/** An object whose named fields pass; others may stand beside them. */
function objectOf(parts: Readonly<Record<string, Check>>): Check {
  return (value) =>
    isJsonObject(value) && Object.entries(parts).every(([name, check]) => check(value[name]));
}

function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

function recordOf(check: Check): Check {
  return (value) => isJsonObject(value) && Object.values(value).every(check);
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

const isUsage = objectOf({
  inputTokens: isCount,
  outputTokens: isCount,
  cachedInputTokens: isCount,
});

/** What each field must be: a state is read back from places where it can be damaged. */
const checks: Readonly<Record<keyof RunStateJson, Check>> = {
  v: (value) => value === 1,
  runId: isText,
  conversationId: isText,
  // Its turns are looked at one by one as the transcript is read.
  transcript: isJsonObject,
  step: isCount,
  usage: isUsage,
  pausedStep: objectOf({ requests: isCount, usage: isUsage }),
  requests: isCount,
  waitingInputs: listOf((value) => isJsonObject(value) && isInput(value)),
  fixes: listOf(objectOf({ kind: isText })),
  steps: listOf(
    objectOf({
      step: isCount,
      requests: isCount,
      usage: isUsage,
      calls: listOf(objectOf({ name: isText, status: isText })),
    }),
  ),
  repeats: recordOf(objectOf({ result: isText, count: isCount, findings: isCount })),
  findings: isCount,
  loopsDetected: isCount,
  nearLimits: listOf(isText),
  isLastAnswer: isFlag,
  decisions: recordOf(objectOf({ approved: isFlag })),
  activeTools: listOf(isText),
  view: objectOf({ dropped: listOf(isCount), capped: recordOf(isCount), note: isText }),
  hasLongResult: isFlag,
  summary: isText,
  contextWindow: optional(isPositive),
  correction: isPositive,
  dialect: optional(
    objectOf({
      profile: isText,
      dialect: (value) => value === 'native' || value === 'prompted' || value === 'guided',
    }),
  ),
  hasForcedCall: isFlag,
};

const fields = Object.keys(checks) as readonly (keyof RunStateJson)[];
