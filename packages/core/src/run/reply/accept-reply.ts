import type { ParsedCall } from '../../dialect/dialect.ts';
import type { Fix } from '../../dialect/fix.ts';
import { OutputInvalidError } from '../../errors.ts';
import { isNonEmpty } from '../../json.ts';
import type { ModelReply } from '../../model/model.ts';
import { describeIssue } from '../../schema/check/describe-issues.ts';
import type { Transcript } from '../../turns/transcript.ts';
import type { AssistantTurn } from '../../turns/turn.ts';
import { addFix, describeDropped } from '../state/fixes.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import { replySlice } from '../state/reply-slice.ts';
import type { RunEventBody } from '../state/run-event.ts';
import type { Run } from '../state/run-setup.ts';
import { readAnswer } from './read-answer.ts';

/** Adds a usable reply to the transcript as the assistant's turn, and reports its fixes. */
export function* acceptReply<Context>(
  run: Run<Context>,
  transcript: Transcript<'assistant'>,
  reply: ModelReply,
  {
    output,
    fixes = [],
  }: { readonly output?: { readonly value: unknown }; readonly fixes?: readonly Fix[] },
): Generator<RunEventBody, void> {
  const { setup, state } = run;
  const memory = replySlice.of(state);
  const { kept, dropped } = limitCalls(reply, setup.limits.maxCallsPerReply);
  const ofReply =
    dropped.length === 0 ? reply.parsed.fixes : limitFixes(reply.parsed.fixes, kept.length);
  for (const fix of [...ofReply, ...fixes]) yield addFix(run, fix);
  if (dropped.length > 0) yield addFix(run, describeDropped(dropped));
  const turn = toTurn(reply, kept, transcript.turns.length);
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

/**
 * The calls of a reply that become part of its turn: those within the limit, and one more, whose result reports the limit. A
 * reply that was cut in the middle of too many calls keeps one of them, because none of them runs.
 */
function limitCalls(
  { parsed, finishReason }: ModelReply,
  maxCalls: number,
): { readonly kept: readonly ParsedCall[]; readonly dropped: readonly ParsedCall[] } {
  const calls = parsed.kind === 'calls' ? parsed.calls : [];
  if (calls.length <= maxCalls) return { kept: calls, dropped: [] };
  const count = finishReason === 'length' ? 1 : maxCalls + 1;
  return { kept: calls.slice(0, count), dropped: calls.slice(count) };
}

/** Without the fixes of the dropped calls, which one fix reports: a cut reply can have thousands. */
function limitFixes(fixes: readonly Fix[], calls: number): readonly Fix[] {
  const seen = new Map<Fix['kind'], number>();
  return fixes.filter(({ kind }) => {
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    return count <= calls;
  });
}

/** Call ids are ours and unique: the place of the turn in the conversation and the place of the call in the turn. */
function toTurn(
  { parsed, raw, provider }: ModelReply,
  kept: readonly ParsedCall[],
  place: number,
): AssistantTurn {
  const rest = {
    ...(raw.reasoning !== '' && { reasoning: raw.reasoning }),
    ...(provider !== undefined && { provider }),
  };
  const calls = kept.map((call, index) => ({ id: `${place}.${index}`, ...call }));
  if (isNonEmpty(calls)) return { role: 'assistant', kind: 'calls', calls, ...rest };
  const text = parsed.kind === 'text' ? parsed.text : raw.text;
  return { role: 'assistant', kind: 'text', text, ...rest };
}
