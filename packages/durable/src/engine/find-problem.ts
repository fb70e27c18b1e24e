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
