import type { ReadImage } from '../images/read-image.ts';
import { nodeCrypto } from '../node-crypto.ts';
import { keepInputs } from '../run/program/drain-inbox.ts';
import { type RunStateJson, saveRunState } from '../run/saved/saved-state.ts';
import { newRunState } from '../run/state/run-state.ts';
import { Transcript } from '../turns/transcript.ts';
import type { SeedOptions } from './agent-options.ts';
import { checkSeedOptions, checkTranscript } from './check-options.ts';
import { type AgentInput, draftInput, readInput } from './read-input.ts';
import { refuseOpenCalls } from './refuse-open-calls.ts';

/** The state of a run that has not started, with its input. Rejects as `agent.seed()` describes. */
export async function seedRun(
  readImage: ReadImage,
  input: AgentInput,
  options: SeedOptions = {},
): Promise<RunStateJson> {
  checkSeedOptions(options);
  const {
    runId = nodeCrypto().randomUUID(),
    conversationId = runId,
    transcript = Transcript.empty(),
  } = options;
  checkTranscript(transcript, undefined);
  refuseOpenCalls(transcript, 'refuse');
  const state = newRunState(runId, conversationId, transcript);
  const never = new AbortController().signal;
  keepInputs(state, [await readInput(draftInput(input), readImage, never)]);
  return saveRunState(state);
}
