import { isNonEmpty } from '../json.ts';
import { cancelledResult } from '../tool/execute-call.ts';
import { addFix } from './add-fix.ts';
import type { RunEventBody } from './run-event.ts';
import type { Run } from './run-setup.ts';

/** A new input cannot reach a model while calls of the given conversation are open: they are answered as cancelled. */
export function* closeOpenCalls<Context>(run: Run<Context>): Generator<RunEventBody, void> {
  const { state } = run;
  const { transcript } = state;
  if (transcript.awaits !== 'tool') return;
  const { openCalls } = transcript;
  const results = openCalls.map(cancelledResult);
  if (!isNonEmpty(results)) return;
  yield addFix(run, { kind: 'answered-calls', names: openCalls.map(({ name }) => name) });
  state.transcript = transcript.toolResults(results);
  yield { type: 'tool-turn-added', turn: { role: 'tool', results } };
}
