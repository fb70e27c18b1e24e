import { isNonEmpty } from '../json.ts';
import { awaitValue, type LoopGenerator } from './loop-generator.ts';
import type { Run } from './run-setup.ts';

/**
 * Whether the run was aborted while an effect was under way, which may have failed for that: an effect of its own, since the
 * signal says nothing where a run is replayed. `id` is the effect's.
 */
export function* wasAborted<Context>({ setup }: Run<Context>, id: string): LoopGenerator<boolean> {
  const aborted = yield* awaitValue(
    setup.effects.value({
      kind: 'inbox',
      id: `${id}.inbox`,
      input: () => null,
      execute: () => setup.inbox.isAborted,
    }),
  );
  return aborted;
}

/**
 * Takes in what came from outside: an abort, and inputs of the user. On an answered conversation inputs are a new user
 * turn, on an open turn they join it. Open calls are answered first; inputs wait in the state until then, so that a pause
 * does not lose them.
 */
export function* drainInbox<Context>(run: Run<Context>): LoopGenerator<void> {
  const { setup, state } = run;
  const { inputs, aborted } = yield* awaitValue(
    setup.effects.value({
      kind: 'inbox',
      id: `${state.step}.inbox.${state.transcript.turns.length}`,
      input: () => null,
      execute: () => setup.inbox.poll(),
    }),
  );
  state.aborted = aborted;
  if (inputs.length === 0 && state.waitingInputs.length === 0) return;
  const waiting = [...state.waitingInputs, ...inputs];
  const isOpen = state.transcript.awaits === 'tool';
  state.waitingInputs = isOpen ? waiting : [];
  for (const input of isOpen ? [] : waiting) {
    const { transcript } = state;
    if (transcript.awaits === 'user') {
      state.transcript = transcript.user(input.parts);
      yield { type: 'user-turn-added', turn: { role: 'user', inputs: [input] } };
    } else if (transcript.awaits === 'assistant' && isNonEmpty(input.parts)) {
      state.transcript = transcript.addInput(input.parts);
      yield { type: 'input-steered', input };
    }
  }
}
