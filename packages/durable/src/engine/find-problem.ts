import { TurnwiseError } from '@turnwise/core';
import type { RunRecord, Segment } from '../store/run-store.ts';
import type { EngineAgent } from './durable-agent.ts';

/** Why a segment cannot be executed: its agent is missing, or is not the one that it was saved with. */
export function findProblem(
  { id, agent: name }: RunRecord,
  agent: EngineAgent | undefined,
  { fingerprint }: Pick<Segment, 'fingerprint'>,
): RunRecord['problem'] {
  if (agent?.fingerprint() === fingerprint) return undefined;
  const run = `The agent ${JSON.stringify(name)} of the run ${JSON.stringify(id)}`;
  const what =
    agent === undefined
      ? `${run} is not in the option \`agents\`. Add it`
      : `${run} has another model, other tools, settings or instructions, or another output than when the run was saved. Use that version again`;
  const message = `${what}, or continue with resume(id, { accept: "changed-agent" }).`;
  return { code: 'agent_changed', message };
}

/**
 * Why an agent that was accepted did not take the saved state: for example, it does not have the tool of a call that waits. The
 * run has done nothing then, and another agent can continue it.
 */
export function findRefusal(thrown: unknown): RunRecord['problem'] {
  const isRefused =
    thrown instanceof TurnwiseError &&
    thrown.code === 'invalid_state' &&
    thrown.state === undefined;
  return isRefused ? { code: thrown.code, message: thrown.message } : undefined;
}
