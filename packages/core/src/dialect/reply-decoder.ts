import { isNonEmpty } from '../json.ts';
import { cutCall } from './cut-call.ts';
import type { Heard, HeardCall, HeardDelta, Prompt, ReplyDecoder } from './dialect.ts';
import type { Fix } from './fix.ts';
import { type CallForm, hearText, textListener } from './hear-text.ts';
import { type OfferedTools, offeredTools } from './offered-tools.ts';
import { readArguments } from './read-arguments.ts';
import type { RawCall, RawCallDelta, RawReply } from './wire.ts';

/** Hears a reply: calls that the server parsed, calls that stand in the text, or an answer. */
export function replyDecoder(
  prompt: Prompt,
  { askedFor }: { readonly askedFor?: CallForm } = {},
): ReplyDecoder {
  const offered = offeredTools(prompt.phase === 'act' ? prompt.tools : prompt.withheldTools);
  const listener = textListener(offered);
  return {
    push({ text, reasoning, calls }) {
      const deltas: HeardDelta[] = [];
      if (reasoning !== undefined) deltas.push({ type: 'reasoning-delta', text: reasoning });
      const shown = text === undefined ? '' : listener.push(text);
      if (shown !== '') deltas.push({ type: 'text-delta', text: shown });
      for (const call of calls ?? []) deltas.push(hearCallDelta(call, offered));
      return deltas;
    },
    finish(reply) {
      const heard = hearReply(reply, offered, askedFor);
      return { heard, deltas: listener.finish(heard) };
    },
  };
}

/**
 * Tokens that may stand behind the last piece of a call: brackets, an end mark, the end of the turn. Where there are more, a
 * streaming parser has swallowed what it could not read, such as the second of two calls (vLLM pythonic_tool_parser.py).
 */
const mostSilentTokens = 8;

function hearCallDelta(
  { index, name, arguments: piece }: RawCallDelta,
  offered: OfferedTools,
): HeardDelta {
  return {
    type: 'call-delta',
    index,
    ...(name === undefined ? {} : { name: offered.find(name)?.name ?? name }),
    ...(piece === undefined ? {} : { arguments: piece }),
  };
}

function hearReply(reply: RawReply, offered: OfferedTools, askedFor: CallForm | undefined): Heard {
  const read = reply.calls.map((call) => readCall(call, offered, reply.finishReason === 'length'));
  const calls = read.map(({ call }) => call);
  if (!isNonEmpty(calls)) return hearText(reply, offered, askedFor);
  const { silentTokens = 0 } = reply;
  if (silentTokens > mostSilentTokens) {
    const problem = `The server kept the end of the reply to itself, ${silentTokens} tokens behind the last call.`;
    return { kind: 'unusable', problem, fixes: [] };
  }
  const fixes = read.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
  const text = reply.text.trim();
  if (text !== '') fixes.push({ kind: 'dropped-text', text: reply.text });
  return { kind: 'calls', calls, fixes };
}

function readCall(
  { name: said, arguments: text }: RawCall,
  offered: OfferedTools,
  isCut: boolean,
): { readonly call: HeardCall; readonly fix?: Fix } {
  const tool = offered.find(said);
  const name = tool?.name ?? said;
  if (isCut) return { call: cutCall(name, text) };
  const read = readArguments(text);
  if (!read.ok)
    return { call: { name, arguments: {}, unreadable: { text, problem: read.problem } } };
  const input = tool === undefined ? read.value : offered.ownArguments(tool, read.value);
  const call = { name, arguments: input };
  return read.mends.length === 0
    ? { call }
    : { call, fix: { kind: 'repaired-arguments', name, text, mends: read.mends } };
}
