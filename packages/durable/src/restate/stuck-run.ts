import { TurnwiseError } from '@turnwise/core';
import { EngineStop } from '@turnwise/core/model';
import type { RunRecord } from '../store/run-store.ts';
import type { StuckInvocation } from './restate-admin.ts';
import type { RestateSdk } from './restate-sdk.ts';

type Problem = NonNullable<RunRecord['problem']>;

const mark = 'turnwise-problem:';

/** Seconds until an attempt that is blocked is repeated: the right version of the code may be back then. */
const blockedSeconds = 10;

/** Ends an attempt that another worker, or this one later, repeats. */
export function attemptLater(sdk: RestateSdk): Error {
  return new sdk.RetryableError('This worker closes; another one continues the run.', {
    retryAfter: 100,
  });
}

/** Ends an attempt whose run is blocked. What it has recorded is kept. */
export function blockAttempt(sdk: RestateSdk, problem: Problem): Error {
  return new sdk.RetryableError(`${mark}${JSON.stringify(problem)}`, {
    retryAfter: { seconds: blockedSeconds },
  });
}

/** An attempt that cannot end is repeated; one that differs from its journal waits for the right code. */
export function toRetry(sdk: RestateSdk, thrown: unknown): unknown {
  if (!(thrown instanceof EngineStop)) return thrown;
  const { code, message, reason } = thrown;
  return reason === 'non_determinism' ? blockAttempt(sdk, { code, message }) : attemptLater(sdk);
}

/** Why an invocation does not continue; `undefined` if it only waits for a worker. */
function problemOf(invocation: StuckInvocation | undefined): Problem | undefined {
  if (invocation === undefined) return undefined;
  const { last_failure: failure, last_failure_error_code: code } = invocation;
  const start = failure.indexOf(mark);
  if (start !== -1) {
    const [line = ''] = failure.slice(start + mark.length).split('\n');
    return JSON.parse(line);
  }
  // The code of Restate for a journal that does not fit.
  if (code !== 'RT0016') return undefined;
  const { code: stopped } = new TurnwiseError('engine_stopped', '');
  const hint = 'Continue it with the code that started it.';
  return {
    code: stopped,
    message: `The run asks for another effect than its journal has. ${hint}`,
  };
}

/** A run whose invocation does not continue is blocked. */
export function withProblem<Run extends Pick<RunRecord, 'status'>>(
  run: Run,
  stuck: StuckInvocation | undefined,
): Run {
  const problem = run.status === 'running' ? problemOf(stuck) : undefined;
  return problem === undefined ? run : { ...run, status: 'blocked', problem };
}
