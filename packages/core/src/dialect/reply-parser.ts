import { isNonEmpty } from '../json.ts';
import type { ActiveTools } from './active-tools.ts';
import { cutCall } from './cut-call.ts';
import type { ParsedCall, ParsedDelta, ParsedReply } from './dialect.ts';
import type { Fix } from './fix.ts';
import { type CallForm, createTextParser, type ParseTextOptions, parseText } from './parse-text.ts';
import { readArguments } from './read-arguments.ts';
import type { RawCall, RawCallDelta, RawDelta, RawReply } from './wire.ts';

/** Parses the text and the calls of one reply, after thoughts were taken out of the text. */
export interface BodyParser {
  push(delta: Pick<RawDelta, 'text' | 'calls'>): readonly ParsedDelta[];
  finish(reply: RawReply): {
    readonly parsed: ParsedReply;
    readonly deltas: readonly ParsedDelta[];
  };
}

/** Creates a parser for a reply: calls that the server parsed, calls written as text, or an answer. */
export function createReplyParser(
  tools: ActiveTools,
  { requestedForm }: { readonly requestedForm?: CallForm } = {},
): BodyParser {
  const textParser = createTextParser(tools);
  return {
    push({ text, calls }) {
      const deltas: ParsedDelta[] = [];
      const shown = text === undefined ? '' : textParser.push(text);
      if (shown !== '') deltas.push({ type: 'text-delta', text: shown });
      for (const call of calls ?? []) deltas.push(toCallDelta(call, tools));
      return deltas;
    },
    finish(reply) {
      const { salvage } = textParser;
      const parsed = parseReply(reply, tools, { salvage, requestedForm });
      return { parsed, deltas: textParser.finish(parsed) };
    },
  };
}

/**
 * Tokens that may follow the last piece of a call: brackets, an end tag, the end of the turn. If there are more, the
 * server's streaming parser dropped what it could not read, such as the second of two calls (vLLM pythonic_tool_parser.py).
 */
const mostSilentTokens = 8;

function toCallDelta(
  { index, name, arguments: piece }: RawCallDelta,
  tools: ActiveTools,
): ParsedDelta {
  return {
    type: 'call-delta',
    index,
    ...(name === undefined ? {} : { name: tools.resolve(name).name }),
    ...(piece === undefined ? {} : { arguments: piece }),
  };
}

function parseReply(reply: RawReply, tools: ActiveTools, options: ParseTextOptions): ParsedReply {
  const read = reply.calls.map((call) => readCall(call, tools, reply.finishReason === 'length'));
  const calls = read.map(({ call }) => call);
  if (!isNonEmpty(calls)) return parseText(reply, tools, options);
  const { silentTokens = 0 } = reply;
  if (silentTokens > mostSilentTokens) {
    const problem = `The server did not send the end of the reply: ${silentTokens} tokens after the last call.`;
    return { kind: 'unusable', problem, fixes: [] };
  }
  const fixes: Fix[] = [];
  for (const each of read) fixes.push(...each.fixes);
  const text = reply.text.trim();
  if (text !== '') fixes.push({ kind: 'dropped-text', text: reply.text });
  return { kind: 'calls', calls, fixes };
}

function readCall(
  { name: written, arguments: text }: RawCall,
  tools: ActiveTools,
  isCut: boolean,
): { readonly call: ParsedCall; readonly fixes: readonly Fix[] } {
  const { tool, name, fixes } = tools.resolve(written);
  if (isCut) return { call: cutCall(name, text), fixes };
  const read = readArguments(text, { tool, tools });
  if (!read.ok) {
    return { call: { name, arguments: {}, unreadable: { text, problem: read.problem } }, fixes };
  }
  const call = { name, arguments: read.value };
  if (read.repairs.length === 0) return { call, fixes };
  const repaired: Fix = { kind: 'repaired-arguments', name, text, repairs: read.repairs };
  return { call, fixes: [...fixes, repaired] };
}
