import { isNonEmpty } from '../json.ts';
import type { ModelReply } from '../model/model.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { AssistantTurn } from '../turns/turn.ts';
import { addFix } from './add-fix.ts';
import type { RunHappening } from './run-event.ts';
import type { Run } from './run-setup.ts';

/** Adds a usable reply to the transcript as the assistant's turn, and tells of what was mended in it. */
export function* acceptReply<Context>(
  run: Run<Context>,
  transcript: Transcript<'assistant'>,
  reply: ModelReply,
): Generator<RunHappening, void> {
  const { setup, state } = run;
  for (const fix of reply.heard.fixes) yield addFix(run, fix);
  const turn = toTurn(reply, transcript.turns.length);
  if (turn.kind === 'calls' && setup.toolChoice !== 'auto') state.hasForcedCall = true;
  state.transcript = transcript.assistant(turn);
  yield { type: 'assistant-turn-added', turn };
}

/** Call ids are the turn's place in the conversation and the call's in the turn: unique, and ours. */
function toTurn({ heard, raw }: ModelReply, place: number): AssistantTurn {
  const reasoning = raw.reasoning === '' ? {} : { reasoning: raw.reasoning };
  if (heard.kind === 'calls') {
    const calls = heard.calls.map((call, index) => ({ id: `${place}.${index}`, ...call }));
    if (isNonEmpty(calls)) return { role: 'assistant', kind: 'calls', calls, ...reasoning };
  }
  const text = heard.kind === 'text' ? heard.text : raw.text;
  return { role: 'assistant', kind: 'text', text, ...reasoning };
}
