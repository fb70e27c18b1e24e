import type { ChatRequest } from '../chat/chat-request.ts';
import type { JsonObject } from '../json.ts';

/** Whether the request forces a call: with `required`, or by the name of a tool. */
export function isForcedChoice({ tools, toolChoice }: ChatRequest): boolean {
  return tools !== undefined && toolChoice !== 'auto' && toolChoice !== 'none';
}

/**
 * The schema of a forced call: the parameters of the named tool, or an array of `{name, parameters}`.
 * (vLLM tool_parsers/utils.py)
 */
export function toCallGrammar({ tools = [], toolChoice }: ChatRequest): JsonObject {
  if (typeof toolChoice === 'object') {
    return tools.find((tool) => tool.name === toolChoice.name)?.parameters ?? { type: 'object' };
  }
  const items = tools.map(({ name, parameters }) => ({
    type: 'object',
    properties: { name: { type: 'string', enum: [name] }, parameters },
    required: ['name', 'parameters'],
  }));
  return { type: 'array', minItems: 1, items: { anyOf: items } };
}

/** The schema that `response_format` enforces, if there is one. */
export function toFormatGrammar({ responseFormat }: ChatRequest): { grammar?: JsonObject } {
  if (responseFormat.type === 'json_schema') return { grammar: responseFormat.schema };
  return responseFormat.type === 'json_object' ? { grammar: { type: 'object' } } : {};
}
