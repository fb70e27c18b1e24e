import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { afterEach, expect, test } from '@jest/globals';
import { aiSdkModel } from '@turnwise/ai-sdk';
import { Agent, type RunEvent, tool } from '@turnwise/core';
import { z } from 'zod';

interface Message {
  readonly role: string;
  readonly content?: unknown;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly unknown[];
  readonly tool_call_id?: string;
}
interface Body {
  readonly stream?: boolean;
  readonly messages: readonly Message[];
}

let close: (() => Promise<unknown>) | undefined;
afterEach(async () => await close?.());

/** A server for `/v1/chat/completions` that gives the messages in order: whole, or as a stream if the request asks for it. */
async function fakeServer(...answers: readonly Partial<Message>[]) {
  const bodies: Body[] = [];
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece);
    const body: Body = JSON.parse(Buffer.concat(pieces).toString());
    const answer = answers[bodies.length] ?? {};
    bodies.push(body);
    const finish = answer.tool_calls === undefined ? 'stop' : 'tool_calls';
    response.setHeader('content-type', body.stream ? 'text/event-stream' : 'application/json');
    if (!body.stream) {
      const message = { role: 'assistant', content: null, ...answer };
      return void response.end(JSON.stringify(reply({ message, finish_reason: finish })));
    }
    for (const delta of deltasOf(answer)) {
      response.write(`data: ${JSON.stringify(reply({ delta, finish_reason: null }))}\n\n`);
    }
    response.write(`data: ${JSON.stringify(reply({ delta: {}, finish_reason: finish }))}\n\n`);
    response.end('data: [DONE]\n\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => new Promise((resolve) => server.close(resolve));
  const { port } = server.address() as AddressInfo;
  const provider = createOpenAICompatible({ name: 'lab', baseURL: `http://127.0.0.1:${port}/v1` });
  return { bodies, model: aiSdkModel(provider('glm')) };
}

function reply(choice: object) {
  const usage = { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 };
  return { id: 'r1', created: 1, model: 'glm', choices: [{ index: 0, ...choice }], usage };
}

/** The text and the reasoning in two pieces each, and each call with its index. */
function deltasOf({
  content,
  reasoning_content: reasoning,
  tool_calls: calls = [],
}: Partial<Message>) {
  const halves = (text: string) => [text.slice(0, 3), text.slice(3)];
  return [
    ...halves(reasoning ?? '').map((piece) => ({ reasoning_content: piece })),
    ...halves(String(content ?? '')).map((piece) => ({ content: piece })),
    ...calls.map((call, index) => ({ tool_calls: [{ index, ...Object(call) }] })),
  ];
}

const asks = (id: string, bike: string, signature?: string) => ({
  id,
  type: 'function',
  function: { name: 'repair', arguments: JSON.stringify({ bike }) },
  ...(signature && { extra_content: { google: { thought_signature: signature } } }),
});

const repair = tool({
  name: 'repair',
  description: 'Repairs a bike.',
  parameters: z.object({ bike: z.string() }),
  needsApproval: ({ bike }) => bike === 'B-9',
  execute: ({ bike }) => `${bike} is repaired.`,
});
const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

test('a run pauses at one of two calls and is continued from its saved state with the ids of the server', async () => {
  const { bodies, model } = await fakeServer(
    { tool_calls: [asks('call_a', 'B-7'), asks('call_b', 'B-9')] },
    { content: 'Both are repaired.' },
  );
  const agent = new Agent({ name: 'shop', model, tools: [repair] });
  const paused = await agent.run('Repair B-7 and B-9.');
  if (paused.status !== 'paused') throw new Error(paused.status);
  expect(paused.waiting.map(({ call }) => call.arguments)).toEqual([{ bike: 'B-9' }]);
  const state = JSON.parse(JSON.stringify(paused.state));
  const decisions = { [paused.waiting[0].callId]: { kind: 'approve' } } as const;
  const result = await agent.resume(state, { decisions }).result;
  expect(result).toMatchObject({ status: 'completed', text: 'Both are repaired.' });
  // A resumed run is streamed.
  expect(bodies.map(({ stream }) => stream === true)).toEqual([false, true]);
  expect(bodies[1]?.messages.slice(-2)).toMatchObject([
    { role: 'tool', tool_call_id: 'call_a', content: 'B-7 is repaired.' },
    { role: 'tool', tool_call_id: 'call_b', content: 'B-9 is repaired.' },
  ]);
});

test('a call that a human denied is answered with the reason', async () => {
  const { bodies, model } = await fakeServer(
    { tool_calls: [asks('call_b', 'B-9')] },
    { content: 'I may not.' },
  );
  const agent = new Agent({ name: 'shop', model, tools: [repair] });
  const { state } = await agent.run('Repair B-9.');
  const decisions = { '1.0': { kind: 'deny', reason: 'It is sold.' } } as const;
  expect((await agent.resume(state, { decisions }).result).status).toBe('completed');
  expect(bodies[1]?.messages.at(-1)?.content).toContain('It is sold.');
});

test.each([
  { way: 'whole', start: (agent: Agent) => agent.run('Repair B-7.') },
  { way: 'streamed', start: (agent: Agent) => agent.stream('Repair B-7.').result },
])('reasoning and the signature of a call are sent back: $way', async ({ start }) => {
  const { bodies, model } = await fakeServer(
    {
      reasoning_content: 'I must repair it.',
      content: 'One moment.',
      tool_calls: [asks('call_a', 'B-7', 'signed-7')],
    },
    { content: 'It is repaired.' },
  );
  const agent: Agent = new Agent({ name: 'shop', model, tools: [repair] });
  const result = await start(agent);
  expect(result.status).toBe('completed');
  expect(bodies[1]?.messages.find(({ role }) => role === 'assistant')).toMatchObject({
    content: 'One moment.',
    reasoning_content: 'I must repair it.',
    tool_calls: [{ id: 'call_a', extra_content: { google: { thought_signature: 'signed-7' } } }],
  });
  expect(result.transcript.turns[1]).toMatchObject({ reasoning: 'I must repair it.' });
});

test('a stream has deltas of reasoning and text', async () => {
  const { model } = await fakeServer({ reasoning_content: 'A greeting.', content: 'Hello there.' });
  const events: RunEvent[] = [];
  for await (const event of new Agent({ name: 'shop', model }).stream('Hi')) events.push(event);
  const textOf = (wanted: RunEvent['type']) =>
    events.flatMap((event) => (event.type === wanted && 'text' in event ? [event.text] : []));
  expect(textOf('reasoning-delta')).toEqual(['A g', 'reeting.']);
  expect(textOf('text-delta')).toEqual(['Hel', 'lo there.']);
});

test('images of an input and of a saved conversation are sent with their bytes', async () => {
  const { bodies, model } = await fakeServer({ content: 'A dot.' }, { content: 'Blue.' });
  const agent = new Agent({ name: 'shop', model });
  const image = `data:image/png;base64,${pixel}`;
  const first = await agent.run([
    { type: 'text', text: 'What is this?' },
    { type: 'image', image },
  ]);
  if (first.status !== 'completed') throw new Error(first.status);
  await agent.run('Which colour?', { transcript: first.transcript });
  for (const { messages } of bodies) {
    expect(messages[0]?.content).toEqual([
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: image } },
    ]);
  }
});

test('an output is asked for as a text if the provider has no structured outputs, and is checked', async () => {
  const { model } = await fakeServer({ content: '{"count":"two"}' }, { content: '{"count":2}' });
  const agent = new Agent({ name: 'shop', model, output: z.object({ count: z.number() }) });
  expect(await agent.run('How many bikes?')).toMatchObject({
    status: 'completed',
    output: { count: 2 },
  });
});
