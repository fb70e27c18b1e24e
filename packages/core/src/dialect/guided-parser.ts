import { canonicalJson } from '../canonical-json.ts';
import { isJsonObject, isNonEmpty, itemsOf, type JsonValue } from '../json.ts';
import { type RepairedJson, repairJson } from '../schema/json-text/repair-json.ts';
import { createStringFieldStream } from '../schema/json-text/string-field-stream.ts';
import { isLookUp } from '../tool/is-look-up.ts';
import type { ActiveTools } from './active-tools.ts';
import { cutCall } from './cut-call.ts';
import type { ParsedCall, ParsedReply } from './dialect.ts';
import type { Fix } from './fix.ts';
import { takeArguments } from './read-arguments.ts';
import { type BodyParser, createReplyParser } from './reply-parser.ts';
import type { RawReply } from './wire.ts';

/**
 * Creates a parser for replies of the form `{"calls": […]}` or `{"answer": "…"}`. The answer's text is streamed out of the
 * incomplete JSON. If the server ignored the format, the reply is parsed as plain text.
 */
export function createGuidedParser(tools: ActiveTools): BodyParser {
  const answer = createStringFieldStream('answer');
  let shown = '';
  return {
    push({ text }) {
      const piece = text === undefined ? '' : answer.push(text);
      shown += piece;
      return piece === '' ? [] : [{ type: 'text-delta', text: piece }];
    },
    finish(reply) {
      const parsed = parseGuided(reply, tools);
      const rest = parsed.kind === 'text' ? parsed.text.slice(shown.length) : '';
      return { parsed, deltas: rest === '' ? [] : [{ type: 'text-delta', text: rest }] };
    },
  };
}

function parseGuided(reply: RawReply, tools: ActiveTools): ParsedReply {
  const read = repairJson(reply.text, { keepsLargeNumbers: true });
  const parsed = read.ok ? parseValue(read, reply, tools) : parseCut(reply);
  return parsed ?? createReplyParser(tools).finish(reply).parsed;
}

function parseValue(
  { value, repairs, largeNumbers }: Extract<RepairedJson, { ok: true }>,
  reply: RawReply,
  tools: ActiveTools,
): ParsedReply | undefined {
  if (!isJsonObject(value)) return undefined;
  const { once, repeated } = splitRepeated(itemsOf(value.calls), tools);
  const read = once.map((call) =>
    parseCall(call, tools, { isCut: reply.finishReason === 'length', largeNumbers }),
  );
  const calls = read.map((each) => each?.call);
  if (calls.every((call) => call !== undefined) && isNonEmpty(calls)) {
    const { answer } = value;
    const textNextToCalls = typeof answer === 'string' && answer !== '' ? answer : undefined;
    const [{ name }] = calls;
    const repaired: Fix = { kind: 'repaired-arguments', name, text: reply.text, repairs };
    const dropped: Fix = { kind: 'dropped-text', text: textNextToCalls ?? '' };
    const fixes = [
      ...read.flatMap((each) => each?.fixes ?? []),
      ...(repairs.length > 0 ? [repaired] : []),
      ...(textNextToCalls === undefined ? [] : [dropped]),
      ...(repeated.length === 0 ? [] : [describeRepeated(repeated)]),
    ];
    return { kind: 'calls', calls, fixes };
  }
  return parseAnswer(value.answer, reply);
}

/** Small models sometimes write the same look-up twice in one reply. An action may be meant twice. */
function splitRepeated(
  calls: readonly JsonValue[],
  tools: ActiveTools,
): { readonly once: readonly JsonValue[]; readonly repeated: readonly JsonValue[] } {
  const seen = new Set<string>();
  const once: JsonValue[] = [];
  const repeated: JsonValue[] = [];
  for (const call of calls) {
    const key = canonicalJson(call);
    (seen.has(key) && isLookUpCall(call, tools) ? repeated : once).push(call);
    seen.add(key);
  }
  return { once, repeated };
}

function isLookUpCall(call: JsonValue, tools: ActiveTools): boolean {
  const name = isJsonObject(call) && typeof call.name === 'string' ? call.name : '';
  const { tool } = tools.resolve(name);
  return tool !== undefined && isLookUp({ ...tool, repeat: 'unknown' });
}

function describeRepeated(calls: readonly JsonValue[]): Fix {
  const names = calls.map((call) => String(Object(call).name));
  const text = calls.map((call) => JSON.stringify(call)).join('\n');
  return { kind: 'dropped-calls', names: [...new Set(names)], text };
}

/** Small models are asked for the output of the run in place of a text. */
function parseAnswer(
  answer: JsonValue | undefined,
  { finishReason }: RawReply,
): ParsedReply | undefined {
  if (answer === undefined || answer === null) return undefined;
  if (typeof answer !== 'string') return { kind: 'text', text: JSON.stringify(answer), fixes: [] };
  if (answer.trim() === '') {
    return { kind: 'unusable', problem: 'The answer was empty.', fixes: [] };
  }
  const fixes = finishReason === 'length' ? [{ kind: 'cut-text' } as const] : [];
  return { kind: 'text', text: answer, fixes };
}

function parseCall(
  call: JsonValue,
  tools: ActiveTools,
  { isCut, largeNumbers }: { readonly isCut: boolean; readonly largeNumbers: readonly string[] },
): { readonly call: ParsedCall; readonly fixes: readonly Fix[] } | undefined {
  if (!isJsonObject(call) || typeof call.name !== 'string') return undefined;
  const { tool, name, fixes } = tools.resolve(call.name);
  if (isCut) return { call: cutCall(name, JSON.stringify(call)), fixes };
  const { arguments: written = {} } = call;
  const read = takeArguments({ value: written, repairs: [], largeNumbers }, { tool, tools });
  const text = JSON.stringify(written);
  if (!read.ok) {
    // Empty arguments in their place would be invented: the call could run and do something else.
    return { call: { name, arguments: {}, unreadable: { text, problem: read.problem } }, fixes };
  }
  const parsed = { name, arguments: read.value };
  if (read.repairs.length === 0) return { call: parsed, fixes };
  const repaired: Fix = { kind: 'repaired-arguments', name, text, repairs: read.repairs };
  return { call: parsed, fixes: [...fixes, repaired] };
}

/** An answer that was cut keeps the text that arrived; calls that were cut are unusable. */
function parseCut({ text, finishReason }: RawReply): ParsedReply | undefined {
  const answer = createStringFieldStream('answer').push(text);
  if (answer !== '' && finishReason === 'length') {
    return { kind: 'text', text: answer, fixes: [{ kind: 'cut-text' }] };
  }
  if (!/^\s*\{\s*"(?:calls|answer)"/.test(text)) return undefined;
  return { kind: 'unusable', problem: 'The reply ended before its JSON was complete.', fixes: [] };
}
