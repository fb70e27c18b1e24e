import type { Fault } from '../faults.ts';
import { findFault } from '../faults.ts';
import type { Image } from '../images.ts';
import type { Fitted } from '../quirks/server-quirks.ts';
import type { ScriptedReply } from '../script.ts';
import { answerAsStandIn, type ModelView } from '../stand-in/stand-in.ts';
import { writeCallsAsAsked } from '../stand-in/write-calls.ts';
import type { Tokenizer } from '../tokens.ts';
import type { ChatRequest } from './chat-request.ts';
import {
  type Delta,
  type Ending,
  type FinishReason,
  type ParsedReply,
  toDeltas,
} from './reply-parser.ts';

/** The generated text, in pieces of about one token, and why it ended. */
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

/** Takes the reply from the script, or else from the stand-in, and applies `stop` and the token limit. */
export function generate(
  { prompt, grammar, answerGrammar, rewrite, echo = '', replyTokens }: Fitted,
  { stop }: ChatRequest,
  images: Image[],
  scripted: Extract<ScriptedReply, { text: string } | { calls: unknown }> | undefined,
  { split }: Tokenizer,
): Generated {
  const view = { prompt, images, grammar, answerGrammar };
  const written = scripted === undefined ? writeAsModel(view, rewrite) : write(scripted, view);
  const pieces = split(cutAtStop(written, stop));
  const isCutShort = scripted !== undefined && 'text' in scripted && scripted.finishReason;
  if (pieces.length >= replyTokens || isCutShort === 'length') {
    const kept = pieces.slice(0, replyTokens);
    return { pieces: withEcho(kept, echo), ending: 'length', completionTokens: kept.length };
  }
  // The end-of-turn token counts as well.
  return { pieces: withEcho(pieces, echo), ending: 'stop', completionTokens: pieces.length + 1 };
}

function writeAsModel(view: ModelView, rewrite: Fitted['rewrite']): string {
  const written = answerAsStandIn(view);
  const isConstrained = view.grammar !== undefined || view.answerGrammar !== undefined;
  return rewrite === undefined || isConstrained ? written : rewrite(written);
}

/** Parses generated text as the server does, then applies the faults of this request. */
export function parseGenerated(
  { pieces, ending }: Generated,
  { parser }: Fitted,
  faults: readonly Fault[],
): ParsedReply {
  const reply = parser.parse(pieces.join(''), ending);
  if (findFault(faults, 'empty-content') !== undefined) {
    return { content: '', calls: [], finishReason: 'stop' };
  }
  const mixing = findFault(faults, 'text-with-calls');
  const mixed =
    mixing !== undefined && reply.calls.length > 0
      ? { ...reply, content: mixing.text ?? 'Let me look that up.' }
      : reply;
  return findFault(faults, 'broken-arguments') === undefined ? mixed : breakArguments(mixed);
}

/** The deltas of one streamed choice, without its role, and its finish reason. */
export function streamGenerated(
  generated: Generated,
  fitted: Fitted,
  faults: readonly Fault[],
): { deltas: CountedDelta[]; last: Delta; finishReason: FinishReason } {
  const { completionTokens } = generated;
  const countAtEnd = (delta: Delta): CountedDelta => ({ delta, tokens: completionTokens });
  if (faults.some(({ kind }) => replyFaults.has(kind))) {
    const reply = parseGenerated(generated, fitted, faults);
    const deltas = toDeltas(reply).map(countAtEnd);
    return { deltas, last: {}, finishReason: reply.finishReason };
  }
  const stream = fitted.parser.createStream();
  const deltas = generated.pieces.flatMap((piece, index) =>
    stream.push(piece).map((delta) => ({ delta, tokens: Math.min(index + 1, completionTokens) })),
  );
  const end = stream.end(generated.ending);
  const last = end.deltas.at(-1);
  // vLLM ends a stream with the empty delta that its parser returned for the end token.
  const isEmpty = last !== undefined && last.content === '' && last.calls === undefined;
  return {
    deltas: [...deltas, ...(isEmpty ? end.deltas.slice(0, -1) : end.deltas).map(countAtEnd)],
    last: isEmpty ? last : {},
    finishReason: end.finishReason,
  };
}

const replyFaults = new Set(['empty-content', 'text-with-calls', 'broken-arguments']);

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
  const ends = stop.filter(Boolean).map((stopText) => text.indexOf(stopText));
  const first = Math.min(...ends.filter((at) => at >= 0), text.length);
  return text.slice(0, first);
}

/** Cuts off the end of each call's JSON, or of the text if the calls are written in it. */
function breakArguments(reply: ParsedReply): ParsedReply {
  if (reply.calls.length === 0) {
    return { ...reply, content: reply.content?.replace(/["'\w]*\s*[)}\]]+\s*$/, '') ?? null };
  }
  const calls = reply.calls.map((call) => ({ ...call, arguments: call.arguments.slice(0, -2) }));
  return { ...reply, calls };
}
