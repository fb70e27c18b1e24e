import { isJsonObject, isNonEmpty, type JsonValue } from '../json.ts';
import { type MendedJson, mendJson } from '../schema/mend-json.ts';
import { createStringFieldStream } from '../schema/string-field-stream.ts';
import { cutCall } from './cut-call.ts';
import type { Heard, HeardCall, Prompt, ReplyDecoder } from './dialect.ts';
import type { Fix } from './fix.ts';
import { type OfferedTools, offeredTools } from './offered-tools.ts';
import { replyDecoder } from './reply-decoder.ts';
import type { RawReply } from './wire.ts';

/**
 * Hears a reply that is `{"calls": […]}` or `{"answer": "…"}`. The answer's text comes out of the growing JSON.
 * A server that ignores the format is heard as one that was only asked in words.
 */
export function guidedDecoder(prompt: Prompt): ReplyDecoder {
  const offered = offeredTools(prompt.phase === 'act' ? prompt.tools : prompt.withheldTools);
  const answer = createStringFieldStream('answer');
  let shown = '';
  return {
    push({ text, reasoning }) {
      const piece = text === undefined ? '' : answer.push(text);
      shown += piece;
      return [
        ...(reasoning === undefined ? [] : [{ type: 'reasoning-delta', text: reasoning } as const]),
        ...(piece === '' ? [] : [{ type: 'text-delta', text: piece } as const]),
      ];
    },
    finish(reply) {
      const heard = hearGuided(reply, offered, prompt);
      const rest = heard.kind === 'text' ? heard.text.slice(shown.length) : '';
      return { heard, deltas: rest === '' ? [] : [{ type: 'text-delta', text: rest }] };
    },
  };
}

function hearGuided(reply: RawReply, offered: OfferedTools, prompt: Prompt): Heard {
  const read = mendJson(reply.text);
  const heard = read.ok ? hearValue(read, reply, offered) : hearCut(reply);
  return heard ?? replyDecoder(prompt).finish(reply).heard;
}

function hearValue(
  { value, mends }: Extract<MendedJson, { ok: true }>,
  reply: RawReply,
  offered: OfferedTools,
): Heard | undefined {
  if (!isJsonObject(value)) return undefined;
  const calls = Array.isArray(value.calls)
    ? value.calls.map((call: JsonValue) => hearCall(call, offered, reply.finishReason === 'length'))
    : [];
  if (calls.every((call) => call !== undefined) && isNonEmpty(calls)) {
    const { answer } = value;
    const beside = typeof answer === 'string' && answer !== '' ? answer : undefined;
    const [{ name }] = calls;
    const mended: Fix = { kind: 'repaired-arguments', name, text: reply.text, mends };
    const dropped: Fix = { kind: 'dropped-text', text: beside ?? '' };
    const fixes = [
      ...(mends.length > 0 ? [mended] : []),
      ...(beside === undefined ? [] : [dropped]),
    ];
    return { kind: 'calls', calls, fixes };
  }
  if (typeof value.answer !== 'string') return undefined;
  if (value.answer.trim() === '') {
    return { kind: 'unusable', problem: 'The answer was empty.', fixes: [] };
  }
  const fixes = reply.finishReason === 'length' ? [{ kind: 'cut-text' } as const] : [];
  return { kind: 'text', text: value.answer, fixes };
}

function hearCall(call: JsonValue, offered: OfferedTools, isCut: boolean): HeardCall | undefined {
  if (!isJsonObject(call) || typeof call.name !== 'string') return undefined;
  const tool = offered.find(call.name);
  const name = tool?.name ?? call.name;
  if (isCut) return cutCall(name, JSON.stringify(call));
  const { arguments: said = {} } = call;
  if (!isJsonObject(said)) {
    // In place of them none would be made up: the call could run and do something else.
    const unreadable = { text: JSON.stringify(said), problem: 'They must be one JSON object.' };
    return { name, arguments: {}, unreadable };
  }
  return { name, arguments: tool === undefined ? said : offered.ownArguments(tool, said) };
}

/** An answer that was cut is shown as far as it went; calls that were cut are nothing. */
function hearCut({ text, finishReason }: RawReply): Heard | undefined {
  const answer = createStringFieldStream('answer').push(text);
  if (answer !== '' && finishReason === 'length') {
    return { kind: 'text', text: answer, fixes: [{ kind: 'cut-text' }] };
  }
  if (!/^\s*\{\s*"(?:calls|answer)"/.test(text)) return undefined;
  return { kind: 'unusable', problem: 'The reply ended before its JSON did.', fixes: [] };
}
