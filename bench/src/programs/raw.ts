import type { OpenAI } from 'openai';
import type {
  ChatCompletionChunk,
  ChatCompletionMessageParam,
  ChatCompletionMessageToolCall,
  ChatCompletionTool,
} from 'openai/resources/chat/completions';
import {
  type Connection,
  otherToolNames,
  type Program,
  type SearchTool,
  searchParameters,
} from './program.ts';

/** The baseline: a hand-written loop on the `openai` client, without schema checks and repairs. */
export const load = (): Promise<unknown> => import('openai');

export async function connect(connection: Connection): Promise<Program> {
  const { OpenAI } = await import('openai');
  const { baseURL, model, instructions, tool } = connection;
  const client = new OpenAI({ baseURL, apiKey: 'none' });
  const tools = toolsOf(connection);
  const begin = (prompt: string): ChatCompletionMessageParam[] => [
    { role: 'system', content: instructions },
    { role: 'user', content: prompt },
  ];
  return {
    async run(prompt) {
      const messages = begin(prompt);
      while (true) {
        const completion = await client.chat.completions.create({ model, messages, tools });
        const message = completion.choices[0]?.message;
        if (message === undefined) throw new Error('The reply has no choice.');
        messages.push(message);
        if (message.tool_calls === undefined || message.tool_calls.length === 0) {
          return message.content ?? '';
        }
        for (const call of message.tool_calls) messages.push(answerCall(call, tool));
      }
    },
    async stream(prompt, onText) {
      const messages = begin(prompt);
      while (true) {
        const { text, calls } = await readStream(client, { model, messages, tools }, onText);
        if (calls.length === 0) return;
        messages.push({ role: 'assistant', content: text === '' ? null : text, tool_calls: calls });
        for (const call of calls) messages.push(answerCall(call, tool));
      }
    },
  };
}

function toolsOf({ tool, toolCount }: Connection): ChatCompletionTool[] {
  return [tool.name, ...otherToolNames(toolCount)].map((name) => ({
    type: 'function',
    function: { name, description: tool.description, parameters: searchParameters },
  }));
}

function answerCall(
  call: ChatCompletionMessageToolCall,
  tool: SearchTool,
): ChatCompletionMessageParam {
  if (call.type !== 'function' || call.function.name !== tool.name) {
    throw new Error('The model called an unknown tool.');
  }
  const input = JSON.parse(call.function.arguments);
  return { role: 'tool', tool_call_id: call.id, content: tool.execute(input.query, input.page) };
}

interface ChatRequest {
  readonly model: string;
  readonly messages: ChatCompletionMessageParam[];
  readonly tools: ChatCompletionTool[];
}

type GrowingCall = Extract<ChatCompletionMessageToolCall, { type: 'function' }>;

async function readStream(
  client: OpenAI,
  request: ChatRequest,
  onText: (piece: string) => void,
): Promise<{ text: string; calls: GrowingCall[] }> {
  const stream = await client.chat.completions.create({
    ...request,
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  const calls: GrowingCall[] = [];
  for await (const chunk of stream) {
    const delta = chunk.choices[0]?.delta;
    if (delta?.content) {
      text += delta.content;
      onText(delta.content);
    }
    for (const piece of delta?.tool_calls ?? []) addPiece(calls, piece);
  }
  return { text, calls };
}

function addPiece(calls: GrowingCall[], piece: ChatCompletionChunk.Choice.Delta.ToolCall): void {
  const call = calls[piece.index] ?? {
    id: piece.id ?? '',
    type: 'function',
    function: { name: '', arguments: '' },
  };
  calls[piece.index] = call;
  call.function.name += piece.function?.name ?? '';
  call.function.arguments += piece.function?.arguments ?? '';
}
