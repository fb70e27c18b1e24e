import type * as Util from 'node:util';
import type { RunResult } from './run-result.ts';

/**
 * Makes `console.log(result)` short: how the run ended, its output, tokens, and the number of its steps. The properties stay as they
 * are, and may be added later.
 */
export function printShort<Result extends Partial<RunResult<unknown>>>(result: Result): Result {
  return Object.defineProperty(result, Symbol.for('nodejs.util.inspect.custom'), { value: print });
}

function print(
  this: RunResult<unknown>,
  depth: number,
  options: Util.InspectOptions,
  inspect: typeof Util.inspect,
): string {
  return depth < 0 ? '[RunResult]' : `RunResult ${inspect(summaryOf(this), options)}`;
}

function summaryOf(result: RunResult<unknown>): object {
  const { status, usage, cost, steps, fixes } = result;
  return {
    status,
    ...endOf(result),
    usage,
    ...(cost !== undefined && { cost }),
    steps: steps.length,
    fixes: fixes.map(({ kind }) => kind),
  };
}

function endOf(result: RunResult<unknown>): object {
  switch (result.status) {
    case 'completed':
      return { output: result.output };
    case 'paused':
      return {
        waiting: result.waiting.map(({ callId, kind, call }) => ({
          callId,
          kind,
          name: call.name,
        })),
      };
    case 'stopped':
      return { reason: result.reason, partialText: result.partialText };
  }
}
