import { isNonEmpty } from '../../json.ts';
import { isCount, listOf } from '../../json-check.ts';
import { isInput } from '../../turns/check-turn.ts';
import type { Transcript } from '../../turns/transcript.ts';
import type { UserInput } from '../../turns/turn.ts';
import { awaitValue, type LoopGenerator } from '../state/loop-generator.ts';
import type { AbortCause, Run } from '../state/run-setup.ts';
import type { RunState } from '../state/run-state.ts';
import { defineSlice, saved, transient } from '../state/state-slice.ts';

/** What came from outside. */
export const inboxSlice = defineSlice({
  /** Inputs that came while calls were open, or after the run had read its inbox for the last time. */
  waitingInputs: saved((): readonly UserInput[] => [], listOf(isInput)),
  /** How often the run has read its inbox. */
  polls: saved(() => 0, isCount),
  /** Why the run was aborted. */
  aborted: transient((): AbortCause | undefined => undefined),
});

/** Keeps inputs that the run did not read for the run that continues from its state. */
export function keepInputs(state: RunState, inputs: readonly UserInput[]): void {
  const inbox = inboxSlice.of(state);
  inbox.waitingInputs = [...inbox.waitingInputs, ...inputs.map(({ parts }) => ({ parts }))];
}

/**
 * Reads what came from outside: an abort and inputs of the user. After an answer, an input starts a new user turn; on an
 * open turn it joins that turn. While calls are open, inputs wait in the state, so that a pause does not lose them.
 */
export function* drainInbox<Context>(run: Run<Context>): LoopGenerator<void> {
  const { setup, state } = run;
  const inbox = inboxSlice.of(state);
  inbox.polls += 1;
  const { inputs, aborted } = yield* awaitValue(
    setup.effects.value({
      kind: 'inbox',
      id: `inbox.${inbox.polls}`,
      name: 'inbox',
      repeat: 'safe',
      input: () => null,
      execute: () => setup.inbox.poll(),
    }),
  );
  inbox.aborted = aborted;
  if (inputs.length > 0) keepInputs(state, inputs);
  if (state.transcript.awaits === 'tool') return;
  const waiting = inbox.waitingInputs;
  if (waiting.length > 0) inbox.waitingInputs = [];
  for (const input of waiting) {
    const transcript: Transcript = state.transcript;
    if (transcript.awaits === 'user') {
      state.transcript = transcript.user(input.parts);
      yield { type: 'user-turn-added', turn: { role: 'user', inputs: [input] } };
    } else if (transcript.awaits === 'assistant' && isNonEmpty(input.parts)) {
      state.transcript = transcript.addInput(input.parts);
      yield { type: 'input-steered', input };
    }
  }
}
