import { expect, test } from '@jest/globals';
import { ToolMessage } from '@langchain/core/messages';
import { parseToolCall } from '@langchain/core/output_parsers/openai_tools';
import { tool as langchainTool, type StructuredToolInterface } from '@langchain/core/tools';
import { convertToOpenAITool } from '@langchain/core/utils/function_calling';
import { langchainTools, toLangchainTools } from '@turnwise/ai-sdk';
import { Agent, tool } from '@turnwise/core';
import { callsTool, says, scriptedModel } from '@turnwise/core/testing';
import { startLocalEndpoint } from '@turnwise/local';
import { z } from 'zod';

const findBike = tool({
  name: 'find_bike',
  description: 'Finds a bike by its number.',
  parameters: z.object({ number: z.string(), limit: z.number().default(2) }),
  execute: ({ number, limit }, { context }) => {
    if (number === 'B-0') throw new Error('There is no such bike.');
    return {
      forModel: `${number} has a flat tyre.`,
      forApp: { number, limit, context: context as string },
    };
  },
});
const sell = tool({
  name: 'sell',
  description: 'Sells a bike.',
  parameters: z.object({ number: z.string() }),
  needsApproval: true,
  execute: ({ number }) => `${number} is sold.`,
});
const picture = tool({
  name: 'picture',
  description: 'A picture of a bike.',
  execute: () => [
    { type: 'text', text: 'Blue.' },
    { type: 'image', image: pixel },
  ],
});
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

async function invoke(
  source: Parameters<typeof toLangchainTools>[0][number],
  args: Record<string, unknown>,
  options: { readonly approve?: () => boolean } = {},
): Promise<ToolMessage> {
  const { approve } = options;
  const [made] = toLangchainTools<StructuredToolInterface>([source], {
    tool: langchainTool,
    context: 'shop',
    approve,
  });
  const call = { type: 'tool_call' as const, id: 'c1', name: source.name, args };
  // The result of `invoke` with a whole call is a message.
  return (await made?.invoke(call)) as ToolMessage;
}

test('a tool is a tool of LangChain: the model gets the text, and the artifact is the value for the program', async () => {
  const message = await invoke(findBike, { number: 'B-7' });
  expect(message).toBeInstanceOf(ToolMessage);
  expect(message).toMatchObject({
    content: 'B-7 has a flat tyre.',
    tool_call_id: 'c1',
    artifact: { number: 'B-7', limit: 2, context: 'shop' },
  });
});

test('an error of a tool is a message that the model can read', async () => {
  const message = await invoke(findBike, { number: 'B-0' });
  expect(message.content).toContain('There is no such bike.');
});

test('LangChain refuses arguments that the JSON Schema does not allow', async () => {
  await expect(invoke(findBike, { number: 7 })).rejects.toThrow(/schema/);
});

test('a call that needs approval runs only if approve allows it', async () => {
  expect((await invoke(sell, { number: 'B-7' })).content).toContain('needs the approval');
  const allowed = await invoke(sell, { number: 'B-7' }, { approve: () => true });
  expect(allowed.content).toBe('B-7 is sold.');
});

test('an image of a result is an image of the message', async () => {
  expect((await invoke(picture, {})).content).toEqual([
    { type: 'text', text: 'Blue.' },
    { type: 'image_url', image_url: { url: pixel } },
  ]);
});

test('a real tool of LangChain runs in an agent: content for the model, artifact for the program', async () => {
  const search = langchainTool(
    async ({ query }: { query: string }) => [`1 result for ${query}`, { hits: 1 }],
    {
      name: 'search',
      description: 'Searches.',
      schema: z.object({ query: z.string() }),
      responseFormat: 'content_and_artifact',
    },
  );
  const broken = langchainTool(
    () => {
      throw new Error('The index is being built.');
    },
    { name: 'broken', description: 'Fails.', schema: { type: 'object', properties: {} } },
  );
  const agent = new Agent({
    name: 'guide',
    model: scriptedModel([
      callsTool('search', { query: 'rain' }),
      callsTool('search', { query: 1 }),
      callsTool('broken', {}),
      says('Done.'),
    ]),
    tools: langchainTools([search, broken]),
  });
  const { steps } = await agent.run('Go.');
  const results = steps.flatMap(({ calls }) => calls.map(({ result }) => result));
  expect(results[0]).toMatchObject({
    status: 'ok',
    parts: [{ type: 'text', text: '1 result for rain' }],
    forApp: { hits: 1 },
  });
  expect(results[1]?.status).toBe('invalid-arguments');
  expect(results[2]).toMatchObject({ status: 'error' });
  expect(JSON.stringify(results[2]?.parts)).toContain('The index is being built.');
});

test('an agent loop of LangChain offers a tool, runs its call and gives the result to the model', async () => {
  const [bikes] = toLangchainTools<StructuredToolInterface>([findBike], { tool: langchainTool });
  if (bikes === undefined) throw new Error('There is no tool.');
  const endpoint = await startLocalEndpoint({ quirks: 'vllm' });
  const messages: object[] = [{ role: 'user', content: 'What is the state of bike B-7?' }];
  const asked: object[] = [];
  try {
    for (let step = 0; step < 3; step += 1) {
      const body = { model: 'gemma-3-27b', messages, tools: [convertToOpenAITool(bikes)] };
      const { choices } = await post(`${endpoint.url}/chat/completions`, body);
      const { content, tool_calls } = choices[0].message;
      messages.push({ role: 'assistant', content, tool_calls });
      for (const raw of tool_calls ?? []) {
        const call = parseToolCall(raw, { returnId: true });
        asked.push(call.args);
        const result = (await bikes.invoke({ ...call, type: 'tool_call' })) as ToolMessage;
        messages.push({ role: 'tool', tool_call_id: result.tool_call_id, content: result.content });
      }
      if (!tool_calls?.length) break;
    }
  } finally {
    await endpoint.close();
  }
  expect(asked).toEqual([expect.objectContaining({ number: 'B-7' })]);
  expect(messages.at(-1)).toMatchObject({ content: expect.stringContaining('flat tyre') });
});

interface ChatReply {
  readonly choices: readonly [
    { readonly message: { readonly content: unknown; readonly tool_calls?: readonly object[] } },
  ];
}

async function post(url: string, body: object): Promise<ChatReply> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as ChatReply;
}

test('an option of toLangchainTools() that does not exist is refused', () => {
  const options = { tool: langchainTool, approved: () => true };
  expect(() => toLangchainTools<StructuredToolInterface>([sell], options)).toThrow(
    expect.objectContaining({
      code: 'invalid_options',
      message: 'Unknown option "approved" in toLangchainTools(). Did you mean "approve"?',
    }),
  );
});
