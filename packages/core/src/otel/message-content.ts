import type { Attributes } from '@opentelemetry/api';
import type { WireContent, WireMessage } from '../dialect/wire.ts';
import type { JsonObject } from '../json.ts';
import type { ModelReply, RequestPrepared } from '../model/model.ts';

/** The messages of a request, in the JSON of the GenAI conventions. The bytes of images are omitted. */
export function printPrompt({ prompt = [] }: RequestPrepared): Attributes {
  const system = prompt.filter(({ role }) => role === 'system');
  const others = prompt.filter(({ role }) => role !== 'system');
  return {
    ...(system.length > 0 && {
      'gen_ai.system_instructions': JSON.stringify(system.flatMap(partsOf)),
    }),
    'gen_ai.input.messages': JSON.stringify(
      others.map((message) => ({ role: message.role, parts: partsOf(message) })),
    ),
  };
}

/** The reply of a model as one message, in the JSON of the GenAI conventions. */
export function printReply({ parsed, raw, finishReason }: ModelReply): string {
  const parts: JsonObject[] = [];
  if (raw.reasoning !== '') parts.push({ type: 'reasoning', content: raw.reasoning });
  if (parsed.kind === 'calls') {
    for (const { name, arguments: input } of parsed.calls) {
      parts.push({ type: 'tool_call', name, arguments: input });
    }
  } else {
    parts.push({ type: 'text', content: parsed.kind === 'text' ? parsed.text : raw.text });
  }
  return JSON.stringify([{ role: 'assistant', parts, finish_reason: finishReason }]);
}

function partsOf(message: WireMessage): JsonObject[] {
  if (message.role === 'tool') {
    const response = contentParts(message.content);
    return [{ type: 'tool_call_response', id: message.tool_call_id, response }];
  }
  if (message.role === 'assistant' && 'tool_calls' in message) {
    return message.tool_calls.map(({ id, function: called }) => ({
      type: 'tool_call',
      id,
      name: called.name,
      arguments: called.arguments,
    }));
  }
  return contentParts(message.content ?? '');
}

function contentParts(content: WireContent): JsonObject[] {
  if (typeof content === 'string') return [{ type: 'text', content }];
  return content.map((part) =>
    part.type === 'text' ? { type: 'text', content: part.text } : { type: 'image' },
  );
}
