import { OutputInvalidError } from '../errors.ts';
import { isNonEmpty } from '../json.ts';
import type { ModelReply } from '../model/model.ts';
import { describeIssue } from '../schema/describe-issues.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { AssistantTurn } from '../turns/turn.ts';
import { addFix } from './fixes.ts';
import type { LoopGenerator } from './loop-generator.ts';
import { readAnswer } from './read-answer.ts';
import type { RunEventBody } from './run-event.ts';
import type { Run } from './run-setup.ts';
import { isFlag } from './state-check.ts';
import { defineSlice, saved, transient } from './state-slice.ts';

/** What the accepted replies led to. */
export const replySlice = defineSlice({
  /** Whether the model has made the call that `toolChoice` forces. */
  hasForcedCall: saved(() => false, isFlag),
  /** The output of the last answer; it is read from the text again after a resume. */
  output: transient((): { readonly value: unknown } | undefined => undefined),
});

/** Adds a usable reply to the transcript as the assistant's turn, and reports its fixes. */
export function* acceptReply<Context>(
  run: Run<Context>,
  transcript: Transcript<'assistant'>,
  reply: ModelReply,
  output: { readonly value: unknown } | undefined,
): Generator<RunEventBody, void> {
  const { setup, state } = run;
  const memory = replySlice.of(state);
  for (const fix of reply.parsed.fixes) yield addFix(run, fix);
  const turn = toTurn(reply, transcript.turns.length);
  if (turn.kind === 'calls' && setup.toolChoice !== 'auto') memory.hasForcedCall = true;
  if (output !== undefined) memory.output = output;
  state.transcript = transcript.assistant(turn);
  yield { type: 'assistant-turn-added', turn };
}

/** Whether the output of a finished run is known without reading its text again. */
export function hasOutput<Context>({ setup, state }: Run<Context>): boolean {
  return setup.output === undefined || replySlice.of(state).output !== undefined;
}

/**
 * The output of a finished run: the text of its answer, or the value that the output schema made of it. Throws
 * `output_invalid` if the text of a resumed run does not fit the schema.
 */
export function* readOutput<Context>(run: Run<Context>, text: string): LoopGenerator<unknown> {
  const { setup, state } = run;
  if (setup.output === undefined) return text;
  const { output } = replySlice.of(state);
  if (output !== undefined) return output.value;
  // A finished run that was saved and resumed has its answer as text only.
  const read = yield* readAnswer(run, text, setup.output.schema, 'read-output');
  if (read.ok) return read.value;
  throw new OutputInvalidError(1, text, read.issues.map(describeIssue));
}

/** Call ids are ours and unique: the place of the turn in the conversation and the place of the call in the turn. */
function toTurn({ parsed, raw }: ModelReply, place: number): AssistantTurn {
  const reasoning = raw.reasoning === '' ? {} : { reasoning: raw.reasoning };
  if (parsed.kind === 'calls') {
    const calls = parsed.calls.map((call, index) => ({ id: `${place}.${index}`, ...call }));
    if (isNonEmpty(calls)) return { role: 'assistant', kind: 'calls', calls, ...reasoning };
  }
  const text = parsed.kind === 'text' ? parsed.text : raw.text;
  return { role: 'assistant', kind: 'text', text, ...reasoning };
}
