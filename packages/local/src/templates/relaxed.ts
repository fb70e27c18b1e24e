import type { ChatMessage, ToolDefinition } from '../chat/chat-request.ts';
import { parseJson } from '../json.ts';
import { assertAlternating, generationPrompt, writeContent, writeTurn } from './gemma-turn.ts';

/**
 * The template of quirks `none`: every message is a separate turn, in any order of roles.
 * Each tool is a line of JSON; a past call is `<tool_call>{…}</tool_call>`.
 */
export function renderRelaxed(
  messages: ChatMessage[],
  tools: ToolDefinition[] | undefined,
  { isStrict = false } = {},
): string {
  if (isStrict) assertAlternating(messages.filter(isPlainTurn));
  const turns = messages.map((message) => writeTurn(turnRole(message.role), writeBody(message)));
  const toolTurn =
    tools === undefined || tools.length === 0 ? '' : writeTurn('system', writeTools(tools));
  return `<bos>${toolTurn}${turns.join('')}${generationPrompt}`;
}

function isPlainTurn(message: ChatMessage): boolean {
  const isInstruction = message.role === 'system' || message.role === 'developer';
  return !isInstruction && message.role !== 'tool' && message.calls === undefined;
}

function turnRole(role: string): string {
  if (role === 'assistant') return 'model';
  return role === 'developer' ? 'system' : role;
}

function writeTools(tools: ToolDefinition[]): string {
  return [
    'You can call functions. Functions:',
    '<tools>',
    ...tools.map((tool) => JSON.stringify(tool.raw)),
    '</tools>',
    'To call one, answer with <tool_call>{"name": …, "arguments": {…}}</tool_call>, one for each call.',
  ].join('\n');
}

function writeBody(message: ChatMessage): string {
  const calls = (message.calls ?? []).map(({ name, arguments: given }) => {
    return `<tool_call>${JSON.stringify({ name, arguments: parseJson(given) ?? given })}</tool_call>`;
  });
  const content = writeContent(message);
  if (message.role === 'tool') return `<tool_response>\n${content}\n</tool_response>`;
  return [...calls, ...(content === '' ? [] : [content])].join('\n');
}
