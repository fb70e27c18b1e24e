import { isNonEmpty } from '../json.ts';
import type { ModelReply } from '../model/model.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { AssistantTurn } from '../turns/turn.ts';
import { addFix } from './add-fix.ts';
import type { RunEventBody } from './run-event.ts';
import type { Run } from './run-setup.ts';

/** Adds a usable reply to the transcript as the assistant's turn, and tells of what was mended in it. */
export function* acceptReply<Context>(
  run: Run<Context>,
  transcript: Transcript<'assistant'>,
  reply: ModelReply,
): Generator<RunEventBody, void> {
  const { setup, state } = run;
  for (const fix of reply.parsed.fixes) yield addFix(run, fix);
  const turn = toTurn(reply, transcript.turns.length);
  if (turn.kind === 'calls' && setup.toolChoice !== 'auto') state.hasForcedCall = true;
  state.transcript = transcript.assistant(turn);
  yield { type: 'assistant-turn-added', turn };
}

/** Call ids are the turn's place in the conversation and the call's in the turn: unique, and ours. */
function toTurn({ parsed, raw }: ModelReply, place: number): AssistantTurn {
  const reasoning = raw.reasoning === '' ? {} : { reasoning: raw.reasoning };
  if (parsed.kind === 'calls') {
    const calls = parsed.calls.map((call, index) => ({ id: `${place}.${index}`, ...call }));
    if (isNonEmpty(calls)) return { role: 'assistant', kind: 'calls', calls, ...reasoning };
  }
  const text = parsed.kind === 'text' ? parsed.text : raw.text;
  return { role: 'assistant', kind: 'text', text, ...reasoning };
}
