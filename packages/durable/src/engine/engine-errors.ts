import { TurnwiseError } from '@turnwise/core';

/** The name of an agent that was not given to `durable()`. */
export function unknownAgent(name: string, names: readonly string[]): TurnwiseError {
  const known = names.map((each) => `"${each}"`).join(', ');
  return new TurnwiseError('invalid_options', `Unknown agent "${name}". Agents: ${known}.`);
}

/** A run with this id was started with another input. */
export function runExists(id: string): TurnwiseError {
  return new TurnwiseError(
    'run_exists',
    `The run "${id}" exists and was started with another input or agent. Use another runId.`,
  );
}
