import type { Dispatcher } from 'undici';
import { type Connection, otherToolNames, type Program, searchParameters } from './program.ts';

/**
 * The lower limit of the CPU time: undici's `request`, `JSON.parse` and splitting the text. It has no checks, no retries and
 * no time limits; do not write an agent like this.
 */
export const load = (): Promise<unknown> => import('undici');

interface WireCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { name: string; arguments: string };
}

interface WireReply {
  readonly content: string | null;
  readonly tool_calls?: WireCall[];
}

export async function connect(connection: Connection): Promise<Program> {
  const { Agent, request } = await import('undici');
  const { baseURL, model, instructions, tool } = connection;
  const url = `${baseURL}/chat/completions`;
  const dispatcher = new Agent();
  const tools = toolsOf(connection);
  const begin = (prompt: string): object[] => [
    { role: 'system', content: instructions },
    { role: 'user', content: prompt },
  ];
  const post = async (messages: object[], stream: boolean): Promise<Dispatcher.ResponseData> => {
    const response = await request(url, {
      dispatcher,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model, messages, tools, stream }),
    });
    if (response.statusCode !== 200) throw new Error(`The server answered ${response.statusCode}.`);
    return response;
  };
  const answer = (messages: object[], reply: WireReply): string | undefined => {
    messages.push({ role: 'assistant', ...reply });
    if (reply.tool_calls === undefined) return reply.content ?? '';
    for (const { id, function: called } of reply.tool_calls) {
      const input = JSON.parse(called.arguments);
      const content = tool.execute(input.query, input.page);
      messages.push({ role: 'tool', tool_call_id: id, content });
    }
    return undefined;
  };
  return {
    async run(prompt) {
      const messages = begin(prompt);
      while (true) {
        const { body } = await post(messages, false);
        const text = answer(messages, JSON.parse(await body.text()).choices[0].message);
        if (text !== undefined) return text;
      }
    },
    async stream(prompt, onText) {
      const messages = begin(prompt);
      while (true) {
        const { body } = await post(messages, true);
        if (answer(messages, await readStream(body, onText)) !== undefined) return;
      }
    },
  };
}

function toolsOf({ tool, toolCount }: Connection): object[] {
  return [tool.name, ...otherToolNames(toolCount)].map((name) => ({
    type: 'function',
    function: { name, description: tool.description, parameters: searchParameters },
  }));
}

async function readStream(
  body: Dispatcher.ResponseData['body'],
  onText: (piece: string) => void,
): Promise<WireReply> {
  let content = '';
  const calls: WireCall[] = [];
  let rest = '';
  body.setEncoding('utf8');
  for await (const piece of body) {
    const events = (rest + piece).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = event.slice('data: '.length);
      if (data === '[DONE]') continue;
      const delta = JSON.parse(data).choices[0]?.delta;
      if (delta?.content) {
        content += delta.content;
        onText(delta.content);
      }
      if (delta?.tool_calls) calls.push(...delta.tool_calls);
    }
  }
  return calls.length > 0 ? { content: null, tool_calls: calls } : { content };
}
