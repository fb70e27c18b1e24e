import type { ChatMessage, ToolDefinition } from '../chat/chat-request.ts';
import { messageText } from '../chat/chat-request.ts';
import { parseJson } from '../json.ts';
import { renderGemmaStock } from './gemma-stock.ts';
import type { TemplateOptions } from './gemma-turn.ts';

/** The options of llama.cpp's Generic format. */
export interface GenericJsonOptions extends TemplateOptions {
  tools: ToolDefinition[] | undefined;
  /** Whether the reply must be the JSON of a call or a response; false for `tool_choice: "none"`. */
  asksForJson: boolean;
}

/**
 * llama.cpp's Generic tool format of 2025 with the stock Gemma 3 template: tools and the JSON rule are added to
 * the system text, past calls are JSON in a model turn, a result is JSON in a user turn. So two results in a row
 * have a wrong order. (Copied from prompts that llama.cpp b7347 rendered.)
 */
export function renderGenericJson(
  messages: ChatMessage[],
  { tools, asksForJson, ...options }: GenericJsonOptions,
): string {
  const rewritten = messages.map(rewriteToolMessage);
  if (tools === undefined) return renderGemmaStock(rewritten, options);
  const isSystemFirst = rewritten[0]?.role === 'system';
  const [system, rest] = isSystemFirst
    ? [messageText(rewritten[0] ?? { role: 'system', content: '' }), rewritten.slice(1)]
    : ['', rewritten];
  const blocks = [
    ...(system === '' ? [] : [system]),
    ...(asksForJson ? [jsonRule] : []),
    `You can call any of the following tools to satisfy the user's requests: ${JSON.stringify(
      tools.map((tool) => tool.raw),
      null,
      2,
    )}`,
    `Example tool call syntax:\n\n${JSON.stringify(exampleCall, null, 2)}\n\n`,
  ];
  return renderGemmaStock([{ role: 'system', content: blocks.join('\n\n') }, ...rest], options);
}

const jsonRule =
  "Respond in JSON format, either with `tool_call` (a request to call tools) or with `response` reply to the user's request";

const exampleCall = {
  tool_calls: [{ name: 'tool_name', arguments: { arg1: 'some_value' }, id: 'call_1___' }],
  content: '',
};

function rewriteToolMessage(message: ChatMessage): ChatMessage {
  if (message.calls !== undefined && message.calls.length > 0) {
    const toolCalls = message.calls.map(({ name, arguments: given, id }) => ({
      name,
      arguments: parseJson(given) ?? given,
      id,
    }));
    return { role: 'assistant', content: JSON.stringify({ tool_calls: toolCalls }, null, 2) };
  }
  if (message.role === 'tool') {
    const response = { content: messageText(message), tool_call_id: message.callId ?? '' };
    return { role: 'user', content: JSON.stringify({ tool_response: response }, null, 2) };
  }
  return message;
}
