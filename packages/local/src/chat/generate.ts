import type { Fault } from '../faults.ts';
import { findFault } from '../faults.ts';
import type { Picture } from '../pictures.ts';
import type { Fitted } from '../quirks/server-quirks.ts';
import type { ScriptedReply } from '../script.ts';
import { answerAsStandIn } from '../stand-in/stand-in.ts';
import { writeCallsAsAsked } from '../stand-in/write-calls.ts';
import type { Tokenizer } from '../tokens.ts';
import type { ChatRequest } from './chat-request.ts';
import { type Delta, type Ending, type FinishReason, type Heard, toDeltas } from './hearing.ts';

/** What the model wrote, in pieces of about one token, and why it stopped. */
export interface Generated {
  pieces: string[];
  ending: Ending;
  completionTokens: number;
}

/** A delta, and how many tokens were generated when it was sent. */
export interface CountedDelta {
  delta: Delta;
  tokens: number;
}

/** Lets the script, or else the stand-in, write a reply, and cuts it by `stop` and the token limit. */
export function generate(
  { prompt, grammar, answerGrammar, echo = '', replyTokens }: Fitted,
  { stop }: ChatRequest,
  pictures: Picture[],
  scripted: Extract<ScriptedReply, { text: string } | { calls: unknown }> | undefined,
  { split }: Tokenizer,
): Generated {
  const view = { prompt, pictures, grammar, answerGrammar };
  const written = scripted === undefined ? answerAsStandIn(view) : write(scripted, view);
  const pieces = split(cutAtStop(written, stop));
  const isCutShort = scripted !== undefined && 'text' in scripted && scripted.finishReason;
  if (pieces.length >= replyTokens || isCutShort === 'length') {
    const kept = pieces.slice(0, replyTokens);
    return { pieces: withEcho(kept, echo), ending: 'length', completionTokens: kept.length };
  }
  // The end-of-turn token counts as well.
  return { pieces: withEcho(pieces, echo), ending: 'stop', completionTokens: pieces.length + 1 };
}

/** Understands generated text as the server does, then bends it by the faults of this request. */
export function hearGenerated(
  { pieces, ending }: Generated,
  { hearing }: Fitted,
  faults: readonly Fault[],
): Heard {
  const heard = hearing.hear(pieces.join(''), ending);
  if (findFault(faults, 'empty-content') !== undefined) {
    return { content: '', calls: [], finishReason: 'stop' };
  }
  const beside = findFault(faults, 'text-beside-calls');
  const mixed =
    beside !== undefined && heard.calls.length > 0
      ? { ...heard, content: beside.text ?? 'Let me look that up.' }
      : heard;
  return findFault(faults, 'broken-arguments') === undefined ? mixed : breakArguments(mixed);
}

/** The deltas of one streamed choice, its role excluded, and its finish reason. */
export function listenToGenerated(
  generated: Generated,
  fitted: Fitted,
  faults: readonly Fault[],
): { deltas: CountedDelta[]; last: Delta; finishReason: FinishReason } {
  const { completionTokens } = generated;
  const countAtEnd = (delta: Delta): CountedDelta => ({ delta, tokens: completionTokens });
  if (faults.some(({ kind }) => bendingFaults.has(kind))) {
    const heard = hearGenerated(generated, fitted, faults);
    const deltas = toDeltas(heard).map(countAtEnd);
    return { deltas, last: {}, finishReason: heard.finishReason };
  }
  const listener = fitted.hearing.listen();
  const deltas = generated.pieces.flatMap((piece, index) =>
    listener.push(piece).map((delta) => ({ delta, tokens: Math.min(index + 1, completionTokens) })),
  );
  const end = listener.end(generated.ending);
  const last = end.deltas.at(-1);
  // vLLM closes a stream with the empty delta that its parser gave for the end token.
  const isEmpty = last !== undefined && last.content === '' && last.calls === undefined;
  return {
    deltas: [...deltas, ...(isEmpty ? end.deltas.slice(0, -1) : end.deltas).map(countAtEnd)],
    last: isEmpty ? last : {},
    finishReason: end.finishReason,
  };
}

const bendingFaults = new Set(['empty-content', 'text-beside-calls', 'broken-arguments']);

function write(
  scripted: Extract<ScriptedReply, { text: string } | { calls: unknown }>,
  view: { prompt: string; grammar: Fitted['grammar'] },
): string {
  return 'text' in scripted ? scripted.text : writeCallsAsAsked(scripted.calls, view);
}

function withEcho(pieces: string[], echo: string): string[] {
  return echo === '' ? pieces : [echo, ...pieces];
}

function cutAtStop(text: string, stop: string[]): string {
  const ends = stop.filter(Boolean).map((mark) => text.indexOf(mark));
  const first = Math.min(...ends.filter((at) => at >= 0), text.length);
  return text.slice(0, first);
}

/** Cuts the end off: of each call's JSON, or of the text where the calls are written in it. */
function breakArguments(heard: Heard): Heard {
  if (heard.calls.length === 0) {
    return { ...heard, content: heard.content?.replace(/["'\w]*\s*[)}\]]+\s*$/, '') ?? null };
  }
  const calls = heard.calls.map((call) => ({ ...call, arguments: call.arguments.slice(0, -2) }));
  return { ...heard, calls };
}
