import { TurnwiseError } from '../errors.ts';
import { loadRunState, type RunStateJson } from '../run/saved/saved-state.ts';
import { openCallOf } from '../run/state/open-calls.ts';
import { prepareCall } from '../tool/prepare-call.ts';
import type { Tool } from '../tool/tool.ts';
import { toolSet } from '../tool/tool-set.ts';
import { textOf } from '../turns/turn.ts';
import { checkOpenTools } from './check-open-tools.ts';
import { type Decisions, takeDecisions } from './take-decisions.ts';

/** Checks decisions on a saved run without continuing it. Rejects as `agent.checkDecisions()` describes. */
export async function checkDecisions<Context>(
  saved: RunStateJson,
  decisions: Decisions,
  tools: readonly Tool<Context>[],
): Promise<void> {
  const state = loadRunState(saved);
  takeDecisions(state, decisions);
  checkOpenTools(state, tools);
  const { transcript } = state;
  for (const call of transcript.awaits === 'tool' ? transcript.openCalls : []) {
    const { decision } = openCallOf(state, call.id);
    if (decision?.kind !== 'edit') continue;
    const checked = await prepareCall({ ...call, arguments: decision.arguments }, toolSet(tools));
    if (checked.runnable) continue;
    throw new TurnwiseError(
      'invalid_options',
      `decisions["${call.id}"] has arguments that the tool does not accept. ${textOf(checked.result.parts)}`,
    );
  }
}
