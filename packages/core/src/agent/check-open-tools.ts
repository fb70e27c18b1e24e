import { TurnwiseError } from '../errors.ts';
import { type OpenCall, openCallOf, openCallsSlice } from '../run/state/open-calls.ts';
import type { RunState } from '../run/state/run-state.ts';

/**
 * Checks that the agent has the tool of each open call that waits for a decision, or that a human has decided. Throws
 * `invalid_state` for another agent: the model cannot correct it, and the decision would have no effect.
 */
export function checkOpenTools(state: RunState, tools: readonly { readonly name: string }[]): void {
  const { transcript } = state;
  if (transcript.awaits !== 'tool') return;
  const { answered } = openCallsSlice.of(state);
  for (const { id, name } of transcript.openCalls) {
    if (answered.has(id) || !involvesHuman(openCallOf(state, id))) continue;
    if (tools.some((tool) => tool.name === name)) continue;
    throw new TurnwiseError(
      'invalid_state',
      `The call "${id}" waits for its tool "${name}", which this agent does not have. Resume the run with an agent that has a tool of this name, or start a new run on its transcript with openCalls: "cancel".`,
    );
  }
}

function involvesHuman({ waiting, decision, permission, given, gaveUp }: OpenCall): boolean {
  return [waiting, decision, permission, given, gaveUp].some((each) => each !== undefined);
}
