import { cancelOpenCalls } from './call-tools.ts';
import { loadRunState, type RunStateJson, saveRunState } from './saved/saved-state.ts';

/**
 * For an engine: the state of a run that is aborted without its agent, for example because the agent lacks the tool of a call that
 * waits. Calls without a result are answered as cancelled. Throws `invalid_state` for a damaged state.
 */
export function abortSavedRun(saved: RunStateJson): RunStateJson {
  const state = loadRunState(saved);
  for (const _event of cancelOpenCalls({ state }));
  return saveRunState(state);
}
