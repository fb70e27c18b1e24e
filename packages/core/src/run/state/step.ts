import type { Fix } from '../../dialect/fix.ts';
import type { Usage } from '../../dialect/wire.ts';
import { isCount, isFlag, isText, listOf, objectOf } from '../../json-check.ts';
import { isResultStatus } from '../../turns/check-turn.ts';
import type { Transcript } from '../../turns/transcript.ts';
import type { ToolResultStatus } from '../../turns/turn.ts';
import { costOf, countModelUsage } from './cost.ts';
import { addFix } from './fixes.ts';
import type { RunEventBody, StopReason } from './run-event.ts';
import type { Run } from './run-setup.ts';
import { defineSlice, saved, transient } from './state-slice.ts';
import { addUsage, isUsage, noUsage } from './usage.ts';

/** A finished step as it is saved; the arguments and results of its calls are in the transcript. */
export interface StepRecord {
  /** Number of the step, from 1. */
  readonly step: number;
  /** Requests that the step took. */
  readonly requests: number;
  readonly usage: Usage;
  /** The calls of the step and how each ended; empty if the step gave the answer. */
  readonly calls: readonly {
    readonly id: string;
    readonly name: string;
    readonly status: ToolResultStatus;
  }[];
}

type StepCosts = Pick<StepRecord, 'requests' | 'usage'>;

const noCosts: StepCosts = Object.freeze({ requests: 0, usage: noUsage });

/** What the run counts, by step and in total. */
export const stepSlice = defineSlice({
  /** The step that runs or ran last, from 1; 0 before the first. */
  step: saved(() => 0, isCount),
  /** Whether a limit is reached and the current step only asks for a last answer. */
  isLastAnswer: saved(() => false, isFlag),
  /** Requests of the whole run. */
  requests: saved(() => 0, isCount),
  /** Tokens of the whole run, as the server counted them. */
  usage: saved(() => noUsage, isUsage),
  /** Estimated tokens of the whole run that the server did not count; only limits use them. */
  estimatedUsage: saved(() => noUsage, isUsage),
  /** Requests of the current step since the run was started or resumed. */
  stepRequests: transient(() => 0),
  /** Tokens of the current step since the run was started or resumed. */
  stepUsage: transient(() => noUsage),
  /** Estimated tokens of the current step since the run was started or resumed. */
  stepEstimate: transient(() => noUsage),
  /** What the current step took before the run paused in it. */
  pausedStep: saved(() => noCosts, objectOf({ requests: isCount, usage: isUsage })),
  steps: saved(
    (): StepRecord[] => [],
    listOf(
      objectOf({
        step: isCount,
        requests: isCount,
        usage: isUsage,
        calls: listOf(objectOf({ id: isText, name: isText, status: isResultStatus })),
      }),
    ),
  ),
});

/**
 * Starts a step, or continues the one whose calls are still open. `lastAnswerReason` is the limit for which the step may
 * only give a last answer.
 */
export function* openStep<Context>(
  run: Run<Context>,
  { lastAnswerReason }: { readonly lastAnswerReason: StopReason | undefined },
): Generator<RunEventBody, void> {
  const steps = stepSlice.of(run.state);
  steps.isLastAnswer = lastAnswerReason !== undefined;
  if (lastAnswerReason !== undefined) {
    const fix: Fix = { kind: 'answered-at-limit', reason: lastAnswerReason };
    yield addFix(run, fix);
  }
  if (run.state.transcript.awaits !== 'tool') steps.step += 1;
  steps.stepRequests = 0;
  steps.stepUsage = noUsage;
  steps.stepEstimate = noUsage;
}

/** Counts requests of the current step. */
export function countRequests<Context>({ state }: Run<Context>, count: number): void {
  const steps = stepSlice.of(state);
  steps.stepRequests += count;
  steps.requests += count;
}

/** Counts tokens of the current step. */
export function countUsage<Context>({ setup, state }: Run<Context>, usage: Usage): void {
  const steps = stepSlice.of(state);
  countModelUsage(state, setup.model.id, usage);
  steps.stepUsage = addUsage(steps.stepUsage, usage);
  steps.usage = addUsage(steps.usage, usage);
}

/** Counts tokens that the server did not count. */
export function countEstimate<Context>({ setup, state }: Run<Context>, usage: Usage): void {
  const steps = stepSlice.of(state);
  countModelUsage(state, setup.model.id, usage);
  steps.stepEstimate = addUsage(steps.stepEstimate, usage);
  steps.estimatedUsage = addUsage(steps.estimatedUsage, usage);
}

/**
 * Ends a step, or its part before a pause, and adds its summary. `before` is the transcript at the start of the step: an
 * aborted or failed step has added nothing to it, and its last results belong to the step before.
 */
export function closeStep<Context>(
  { setup, state }: Run<Context>,
  before: Transcript,
): RunEventBody {
  const steps = stepSlice.of(state);
  const { transcript } = state;
  const { stepUsage, stepEstimate } = steps;
  const cost = costOf(addUsage(stepUsage, stepEstimate), setup.limits.prices?.[setup.model.id]);
  const costs: StepCosts = {
    requests: steps.pausedStep.requests + steps.stepRequests,
    usage: addUsage(steps.pausedStep.usage, stepUsage),
  };
  steps.stepRequests = 0;
  steps.stepUsage = noUsage;
  steps.stepEstimate = noUsage;
  steps.pausedStep = transcript.awaits === 'tool' ? costs : noCosts;
  if (transcript.awaits !== 'tool') {
    const last = transcript === before ? undefined : transcript.turns.at(-1);
    const results = last?.role === 'tool' ? last.results : [];
    const calls = results.map(({ callId, name, status }) => ({ id: callId, name, status }));
    const { requests, usage } = costs;
    steps.steps.push({ step: steps.step, requests, usage, calls });
  }
  return { type: 'step-finished', usage: stepUsage, ...(cost !== undefined && { cost }) };
}
