import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject, parseJson, toArray, toText } from '../json.ts';
import type { PythonicRules } from '../parsers/pythonic-calls.ts';
import { extractPythonicCalls, PythonicStream } from '../parsers/pythonic-stream.ts';
import { toSpacedJson } from '../templates/gemma-pythonic.ts';

/** A call as it leaves the endpoint; `arguments` is JSON text. */
export interface WireCall {
  id: string;
  name: string;
  arguments: string;
}

/** A piece of a call in a stream: the first one has `id` and `name`. */
export interface CallDelta {
  index: number;
  id?: string;
  name?: string;
  arguments: string;
}

/** One `delta` of a stream; an empty object is a delta without anything. */
export interface Delta {
  role?: 'assistant';
  content?: string | null;
  calls?: CallDelta[];
}

/** Why the model itself stopped: at its end of turn (or a stop string), or at the token limit. */
export type Ending = 'stop' | 'length';

/** What the server tells its client. */
export type FinishReason = Ending | 'tool_calls';

/** A whole reply, as the server understood the model's text. */
export interface Heard {
  content: string | null;
  calls: WireCall[];
  finishReason: FinishReason;
}

/** A server's way of turning model text into text and calls, whole or piece by piece. */
export interface Hearing {
  hear(text: string, ending: Ending): Heard;
  /** A fresh reader for one streamed choice. `end` is called once, after the last `push`. */
  listen(): {
    push(piece: string): Delta[];
    end(ending: Ending): { deltas: Delta[]; finishReason: FinishReason };
  };
}

/** Text stays text. */
export const hearText: Hearing = {
  hear: (text, ending) => ({ content: text, calls: [], finishReason: ending }),
  listen: () => ({
    push: (piece) => [{ content: piece }],
    end: (ending) => ({ deltas: [], finishReason: ending }),
  }),
};

/** vLLM's pythonic parser, with its faults; `firstCallOnly` is `parallel_tool_calls: false`. */
export function hearPythonic(rules: PythonicRules, { firstCallOnly = false } = {}): Hearing {
  return {
    hear(text, ending) {
      const read = extractPythonicCalls(text, rules);
      if (read === undefined) return { content: text, calls: [], finishReason: ending };
      const calls = read.map((call) => ({ id: newVllmId(), ...call }));
      return {
        content: null,
        calls: firstCallOnly ? calls.slice(0, 1) : calls,
        finishReason: toFinishReason(ending, calls.length > 0),
      };
    },
    listen() {
      const stream = new PythonicStream(rules);
      let hasCalls = false;
      const push = (piece: string): Delta[] => {
        const delta = stream.push(piece);
        if (delta === undefined) return [];
        if ('content' in delta) return [{ content: delta.content }];
        hasCalls = true;
        const calls = delta.pieces
          .filter(({ index }) => !firstCallOnly || index === 0)
          .map((call) => (call.name === undefined ? call : { ...call, id: newVllmId() }));
        return calls.length === 0 ? [] : [{ calls }];
      };
      return {
        push,
        end: (ending) => ({ deltas: push(''), finishReason: toFinishReason(ending, hasCalls) }),
      };
    },
  };
}

/** Hearings that understand a reply only when it is whole, and stream it afterwards. */
function hearWhole(hear: Hearing['hear']): Hearing {
  return {
    hear,
    listen() {
      let text = '';
      return {
        push(piece) {
          text += piece;
          return [];
        },
        end(ending) {
          const heard = hear(text, ending);
          return { deltas: toDeltas(heard), finishReason: heard.finishReason };
        },
      };
    },
  };
}

/**
 * vLLM's `tool_choice: "required"`: the text is a JSON array of `{name, parameters}`. Of parallel calls
 * that are not wanted it keeps the first, as it does after its parser.
 */
export function hearRequired({ firstCallOnly = false } = {}): Hearing {
  return hearWhole((text, ending) => {
    const all = toArray(parseJson(text)).filter(isObject).map(toRequiredCall);
    const calls = firstCallOnly ? all.slice(0, 1) : all;
    return { content: '', calls, finishReason: toFinishReason(ending, calls.length > 0) };
  });
}

/** vLLM's named `tool_choice`: the text is the arguments; the finish reason stays `stop`. */
export function hearNamed(name: string): Hearing {
  return hearWhole((text, ending) => ({
    content: '',
    calls: [{ id: newVllmId(), name, arguments: text }],
    finishReason: ending,
  }));
}

/** llama.cpp's Generic format: `{"tool_call"}`, `{"tool_calls"}` or `{"response"}`; else raw text. */
export const hearGenericJson = hearWhole((text, ending) => {
  const reply = parseJson(text);
  if (!isObject(reply)) return { content: text, calls: [], finishReason: ending };
  const single = isObject(reply.tool_call) ? [reply.tool_call] : [];
  const calls = [...single, ...toArray(reply.tool_calls).filter(isObject)].map((call) => ({
    id: newPlainId(),
    name: toText(call.name),
    arguments: JSON.stringify(call.arguments ?? {}),
  }));
  if (calls.length > 0) {
    return { content: null, calls, finishReason: toFinishReason(ending, true) };
  }
  const { response } = reply;
  const content = typeof response === 'string' ? response : text;
  return { content, calls: [], finishReason: ending };
});

/** The relaxed server: `<tool_call>{…}</tool_call>` anywhere in the text; the rest is content. */
export const hearTagged = hearWhole((text, ending) => {
  const tagged = /<tool_call>([\s\S]*?)<\/tool_call>\s*/g;
  const calls = [...text.matchAll(tagged)].flatMap(([, json = '']) => {
    const call = parseJson(json);
    if (!isObject(call)) return [];
    return [
      {
        id: `call_${newPlainId()}`,
        name: toText(call.name),
        arguments: JSON.stringify(call.arguments ?? {}),
      },
    ];
  });
  if (calls.length === 0) return { content: text, calls, finishReason: ending };
  const rest = text.replace(tagged, '').trim();
  return {
    content: rest === '' ? null : rest,
    calls,
    finishReason: toFinishReason(ending, true),
  };
});

/** The deltas of a reply that is known whole: text in one piece, each call as its head and two fragments. */
export function toDeltas({ content, calls }: Heard): Delta[] {
  const text: Delta[] = content === null || content === '' ? [] : toPieces(content).map(toContent);
  return [...text, ...calls.flatMap((call, index) => toCallDeltas(call, index))];
}

function toCallDeltas({ id, name, arguments: given }: WireCall, index: number): Delta[] {
  const head: Delta = { calls: [{ index, id, name, arguments: '' }] };
  return [head, ...toPieces(given).map((piece) => ({ calls: [{ index, arguments: piece }] }))];
}

function toContent(content: string): Delta {
  return { content };
}

function toPieces(text: string): string[] {
  return text.match(/[\s\S]{1,12}/gu) ?? [];
}

function toRequiredCall(call: JsonObject): WireCall {
  const parameters = call.parameters ?? {};
  return { id: newVllmId(), name: toText(call.name), arguments: toSpacedJson(parameters) };
}

function toFinishReason(ending: Ending, hasCalls: boolean): FinishReason {
  return ending === 'stop' && hasCalls ? 'tool_calls' : ending;
}

function newVllmId(): string {
  return `chatcmpl-tool-${randomUUID().replaceAll('-', '')}`;
}

function newPlainId(): string {
  return randomUUID().replaceAll('-', '');
}
