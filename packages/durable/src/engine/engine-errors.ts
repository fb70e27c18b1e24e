import { TurnwiseError } from '@turnwise/core';

/** The name of an agent that was not given to `durable()`. */
export function unknownAgent(name: unknown, names: readonly string[]): TurnwiseError {
  const known = names.map((each) => `"${each}"`).join(', ');
  if (typeof name !== 'string') {
    return new TurnwiseError(
      'invalid_options',
      `start() takes the name of an agent, one of: ${known}. The agent itself belongs into durable({ agents }).`,
    );
  }
  return new TurnwiseError('invalid_options', `Unknown agent "${name}". Agents: ${known}.`);
}

/** A run needs an agent that was not given to `durable()`. */
export function agentMissing(run: string, name: string, names: readonly string[]): TurnwiseError {
  const known = names.map((each) => `"${each}"`).join(', ');
  return new TurnwiseError(
    'agent_changed',
    `The run "${run}" needs the agent "${name}", and durable() has only: ${known}. Add it to \`agents\` with this name.`,
  );
}

/** Something else was passed as the id of a run. */
export function notAnId(): TurnwiseError {
  return new TurnwiseError(
    'invalid_options',
    'A run is named by its id, a text. A record has it as `id`.',
  );
}

/** `decide()` was called without decisions. */
export function decisionsMissing(): TurnwiseError {
  return new TurnwiseError(
    'invalid_options',
    'decide() takes the decisions by call id, such as { "1.0": { kind: "approve" } }. waiting() lists what waits.',
  );
}

/** Two `durable()` would execute the same runs. */
export function storeInUse(): TurnwiseError {
  return new TurnwiseError(
    'store_in_use',
    'This store is in use by another durable() of this process. Use the runs that it returned, or close() them first.',
  );
}

/** The runs were closed. */
export function runsClosed(): TurnwiseError {
  return new TurnwiseError(
    'store_failed',
    'These runs were closed with close(). Make new ones with durable().',
  );
}

/** A run with this id was started with another input. */
export function runExists(id: string): TurnwiseError {
  return new TurnwiseError(
    'run_exists',
    `The run "${id}" exists and was started with another input or agent. Use another runId.`,
  );
}

/** The error for a session in Restate. */
export function noSessions(): TurnwiseError {
  return new TurnwiseError(
    'invalid_options',
    'A run in Restate has no session. Omit the option `session` of start(), or use sqlite().',
  );
}
