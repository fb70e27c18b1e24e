import { nodeCrypto } from '../../node-crypto.ts';
import type { Transcript } from '../../turns/transcript.ts';
import { newRunState } from '../state/run-state.ts';
import { type RunStateJson, saveRunState } from './saved-state.ts';

/**
 * The state of a run that has not started, for a conversation that another program keeps: `agent.resume(state)` continues it
 * without a further input. `conversationId` identifies it for servers that cache prompts.
 */
export function runStateOf(
  transcript: Transcript<'assistant' | 'tool'>,
  {
    conversationId = nodeCrypto().randomUUID(),
  }: { readonly conversationId?: string | undefined } = {},
): RunStateJson {
  return saveRunState(newRunState(nodeCrypto().randomUUID(), conversationId, transcript));
}
