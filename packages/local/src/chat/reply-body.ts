import type { Json, JsonObject } from '../json.ts';
import type { CallDelta, Delta, FinishReason, ParsedReply, WireCall } from './reply-parser.ts';

/** Tokens of one request, as `usage` reports them. */
export interface Usage {
  promptTokens: number;
  completionTokens: number;
  /** `undefined` if the server does not report it. */
  cachedTokens: number | undefined;
}

/** The fields that every body of one reply has. */
export interface ReplyHead {
  id: string;
  /** Seconds since 1970. */
  created: number;
  model: string;
  fingerprint: string;
  messageFields: Readonly<JsonObject>;
  choiceFields: Readonly<JsonObject>;
  laterCallFields: Readonly<JsonObject>;
}

/** The body of a whole reply. */
export function toWholeBody(head: ReplyHead, choices: ParsedReply[], usage: Usage): JsonObject {
  return {
    ...toHeadFields(head, 'chat.completion'),
    choices: choices.map((reply, index) => ({
      index,
      message: { role: 'assistant', ...head.messageFields, ...toMessageFields(reply) },
      ...head.choiceFields,
      finish_reason: reply.finishReason,
    })),
    usage: toUsageBody(usage),
  };
}

/** The body of one chunk of a stream. Without a delta it has no choices, only usage. */
export function toChunkBody(
  head: ReplyHead,
  piece: { choice: number; delta: Delta; finishReason?: FinishReason } | undefined,
  usage: Usage | undefined,
): JsonObject {
  const choices: Json[] =
    piece === undefined
      ? []
      : [
          {
            index: piece.choice,
            delta: toDeltaBody(piece.delta, head),
            finish_reason: piece.finishReason ?? null,
          },
        ];
  return {
    ...toHeadFields(head, 'chat.completion.chunk'),
    choices,
    ...(usage === undefined ? {} : { usage: toUsageBody(usage) }),
  };
}

function toHeadFields({ id, created, model, fingerprint }: ReplyHead, object: string): JsonObject {
  return { id, object, created, model, system_fingerprint: fingerprint };
}

function toMessageFields({ content, calls }: ParsedReply): JsonObject {
  return calls.length === 0 ? { content } : { content, tool_calls: calls.map(toCallBody) };
}

function toCallBody({ id, name, arguments: given }: WireCall): Json {
  return { id, type: 'function', function: { name, arguments: given } };
}

function toDeltaBody({ role, content, calls }: Delta, head: ReplyHead): JsonObject {
  return {
    ...(role === undefined ? {} : { role }),
    ...(content === undefined ? {} : { content }),
    ...(calls === undefined
      ? {}
      : { tool_calls: calls.map((call) => toCallDeltaBody(call, head)) }),
  };
}

function toCallDeltaBody(
  { index, id, name, arguments: given }: CallDelta,
  { laterCallFields }: ReplyHead,
): Json {
  if (name === undefined) return { index, function: { ...laterCallFields, arguments: given } };
  return { index, id: id ?? null, type: 'function', function: { name, arguments: given } };
}

function toUsageBody({ promptTokens, completionTokens, cachedTokens }: Usage): JsonObject {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    ...(cachedTokens === undefined
      ? {}
      : { prompt_tokens_details: { cached_tokens: cachedTokens } }),
  };
}
