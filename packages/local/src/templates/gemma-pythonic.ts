import type { ChatMessage, PastCall, ToolDefinition } from '../chat/chat-request.ts';
import { isObject, type Json, parseJson } from '../json.ts';
import {
  assertAlternating,
  foldSystem,
  generationPrompt,
  type TemplateOptions,
  toTurnRole,
  writeContent,
  writeTurn,
} from './gemma-turn.ts';

/**
 * The tool template that Privatemode uses with vLLM for Gemma 3: tools are a JSON list in the first turn, past
 * calls a Python list, results user turns. The check of the order of roles skips tool messages and assistant
 * messages with `tool_calls`, so a user message directly after a tool result is refused. Throws `TemplateError`
 * for a wrong order. (vLLM `examples/tool_chat_template_gemma3_pythonic.jinja`)
 */
export function renderGemmaPythonic(
  messages: ChatMessage[],
  tools: ToolDefinition[] | undefined,
  { isStrict }: TemplateOptions,
): string {
  const { prefix, rest } = foldSystem(messages);
  if (isStrict) assertAlternating(rest.filter(isCheckedForOrder));
  const opening = prefix + (tools === undefined ? '' : writeTools(tools));
  const turns = rest.map((message, index) => {
    const body = `${index === 0 ? opening : ''}${writeCalls(message)}${writeBody(message)}`;
    return writeTurn(message.role === 'tool' ? 'user' : toTurnRole(message.role), body);
  });
  return `<bos>${turns.join('')}${generationPrompt}`;
}

function isCheckedForOrder(message: ChatMessage): boolean {
  return message.role !== 'tool' && message.calls === undefined;
}

function writeBody(message: ChatMessage): string {
  const content = writeContent(message);
  return message.role === 'tool' ? `<tool_response>\n${content}</tool_response>` : content;
}

function writeTools(tools: ToolDefinition[]): string {
  return [
    'Tools (functions) are available. If you decide to invoke one or more of the tools, you must respond with a python list of the function calls.\n',
    'Example Format: [func_name1(params_name1=params_value1, params_name2=params_value2...), func_name2(params)] \n',
    'Do not use variables. DO NOT USE MARKDOWN SYNTAX. You SHOULD NOT include any other text in the response if you call a function. If none of the functions can be used, point it out. If you lack the parameters required by the function, also point it out.\n',
    'Here is a list of functions in JSON format that you can invoke.\n',
    JSON.stringify(
      tools.map((tool) => tool.raw),
      null,
      4,
    ),
    '\n\n',
  ].join('');
}

function writeCalls(message: ChatMessage): string {
  if (message.calls === undefined) return '';
  return `[${message.calls.map(writeCall).join(', ')}]`;
}

/** The template omits the commas between arguments: its `first = false` has no effect outside the Jinja loop. */
function writeCall(call: PastCall): string {
  const given = parseJson(call.arguments);
  // vLLM replaces arguments that are not JSON with an empty object (chat_utils.py).
  const entries = isObject(given) ? Object.entries(given) : [];
  return `${call.name}(${entries.map(([key, value]) => `${key}=${toSpacedJson(value)}`).join('')})`;
}

/** JSON with Python's separators, as the `tojson` of Hugging Face's Jinja prints it. */
export function toSpacedJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(toSpacedJson).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${toSpacedJson(item)}`,
  );
  return `{${entries.join(', ')}}`;
}
