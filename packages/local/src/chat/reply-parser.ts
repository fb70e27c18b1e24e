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

/** One `delta` of a stream; it may be empty. */
export interface Delta {
  role?: 'assistant';
  content?: string | null;
  calls?: CallDelta[];
}

/** Why the model stopped: at its end of turn (or a stop string), or at the token limit. */
export type Ending = 'stop' | 'length';

/** The finish reason that the server sends to its client. */
export type FinishReason = Ending | 'tool_calls';

/** A whole reply, as the server parsed it from the model's text. */
export interface ParsedReply {
  content: string | null;
  calls: WireCall[];
  finishReason: FinishReason;
}

/** How a server parses the model's text into content and calls, whole or streamed. */
export interface ReplyParser {
  parse(text: string, ending: Ending): ParsedReply;
  /** Creates the parser of one streamed choice. Call `end` once, after the last `push`. */
  createStream(): {
    push(piece: string): Delta[];
    end(ending: Ending): { deltas: Delta[]; finishReason: FinishReason };
  };
}

/** Returns the text as content and finds no calls. */
export const textParser: ReplyParser = {
  parse: (text, ending) => ({ content: text, calls: [], finishReason: ending }),
  createStream: () => ({
    push: (piece) => [{ content: piece }],
    end: (ending) => ({ deltas: [], finishReason: ending }),
  }),
};

/** vLLM's pythonic parser, with its bugs; `firstCallOnly` is `parallel_tool_calls: false`. */
export function pythonicParser(rules: PythonicRules, { firstCallOnly = false } = {}): ReplyParser {
  return {
    parse(text, ending) {
      const read = extractPythonicCalls(text, rules);
      if (read === undefined) return { content: text, calls: [], finishReason: ending };
      const calls = read.map((call) => ({ id: newVllmId(), ...call }));
      return {
        content: null,
        calls: firstCallOnly ? calls.slice(0, 1) : calls,
        finishReason: toFinishReason(ending, calls.length > 0),
      };
    },
    createStream() {
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

/** A parser that waits for the whole reply and streams the result afterwards. */
function wholeReplyParser(parse: ReplyParser['parse']): ReplyParser {
  return {
    parse,
    createStream() {
      let text = '';
      return {
        push(piece) {
          text += piece;
          return [];
        },
        end(ending) {
          const reply = parse(text, ending);
          return { deltas: toDeltas(reply), finishReason: reply.finishReason };
        },
      };
    },
  };
}

/**
 * vLLM's `tool_choice: "required"`: the text is a JSON array of `{name, parameters}`. If parallel calls
 * are switched off, only the first call is kept.
 */
export function requiredCallParser({ firstCallOnly = false } = {}): ReplyParser {
  return wholeReplyParser((text, ending) => {
    const all = toArray(parseJson(text)).filter(isObject).map(toRequiredCall);
    const calls = firstCallOnly ? all.slice(0, 1) : all;
    return { content: '', calls, finishReason: toFinishReason(ending, calls.length > 0) };
  });
}

/**
 * The parser of vLLM 0.32 for forced calls: a whole reply that the token limit cuts is empty, but a stream has the begin
 * of the call.
 */
export function cutCallParser(parser: ReplyParser): ReplyParser {
  return {
    parse: (text, ending) => parser.parse(text, ending),
    createStream() {
      const stream = parser.createStream();
      let text = '';
      return {
        push(piece) {
          text += piece;
          return stream.push(piece);
        },
        end(ending) {
          const end = stream.end(ending);
          return ending === 'length'
            ? { ...end, deltas: toDeltas(readCutCall(text, ending)) }
            : end;
        },
      };
    },
  };
}

function readCutCall(text: string, finishReason: Ending): ParsedReply {
  const [, name, given = ''] =
    /"name"\s*:\s*"([^"]+)"(?:\s*,\s*"parameters"\s*:\s*([\s\S]*))?/.exec(text) ?? [];
  const calls = name === undefined ? [] : [{ id: newVllmId(), name, arguments: given }];
  return { content: '', calls, finishReason };
}

/** vLLM's named `tool_choice`: the text is the arguments; the finish reason stays `stop`. */
export function namedCallParser(name: string): ReplyParser {
  return wholeReplyParser((text, ending) => ({
    content: '',
    calls: [{ id: newVllmId(), name, arguments: text }],
    finishReason: ending,
  }));
}

/** llama.cpp's Generic format: `{"tool_call"}`, `{"tool_calls"}` or `{"response"}`; else raw text. */
export const genericJsonParser = wholeReplyParser((text, ending) => {
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
export const taggedParser = wholeReplyParser((text, ending) => {
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

/** Splits a whole reply into deltas: content in short pieces, each call as its name followed by its arguments. */
export function toDeltas({ content, calls }: ParsedReply): Delta[] {
  const text: Delta[] =
    content === null || content === '' ? [] : toPieces(content).map(toContentDelta);
  return [...text, ...calls.flatMap((call, index) => toCallDeltas(call, index))];
}

function toCallDeltas({ id, name, arguments: given }: WireCall, index: number): Delta[] {
  const head: Delta = { calls: [{ index, id, name, arguments: '' }] };
  return [head, ...toPieces(given).map((piece) => ({ calls: [{ index, arguments: piece }] }))];
}

function toContentDelta(content: string): Delta {
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
