import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { afterEach, describe, expect, test } from '@jest/globals';
import { aiSdkModel } from '@turnwise/ai-sdk';
import { Agent, type RunEvent, tool } from '@turnwise/core';
import { startLocalEndpoint } from '@turnwise/local';
import { z } from 'zod';

type Body = {
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
} & Record<string, unknown>;
type Answer = (response: ServerResponse) => void;

let close: (() => Promise<unknown>) | undefined;
afterEach(async () => await close?.());

/** A server for `/v1/messages` that gives the answers in order. */
async function fakeAnthropic(...answers: readonly Answer[]) {
  const bodies: Body[] = [];
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece);
    bodies.push(JSON.parse(Buffer.concat(pieces).toString()));
    answers[bodies.length - 1]?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => new Promise((resolve) => server.close(resolve));
  const { port } = server.address() as AddressInfo;
  const provider = createAnthropic({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: 'none' });
  return { bodies, model: provider('claude-sonnet-4-5') };
}

function message(content: readonly object[], stopReason = 'end_turn'): Answer {
  return (response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude',
        content,
        stop_reason: stopReason,
        stop_sequence: null,
        usage: { input_tokens: 12, output_tokens: 3 },
      }),
    );
  };
}

function streamed(
  ...events: readonly { readonly type: string; readonly [key: string]: unknown }[]
): Answer {
  return (response) => {
    response.setHeader('content-type', 'text/event-stream');
    for (const event of events)
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    response.end();
  };
}

const started = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 12, output_tokens: 0 },
  },
};
const ended = (reason: string) => [
  { type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 3 } },
  { type: 'message_stop' },
];
function streamsText(...pieces: readonly string[]): Answer {
  return streamed(
    started,
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...pieces.map((piece) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: piece },
    })),
    { type: 'content_block_stop', index: 0 },
    ...ended('end_turn'),
  );
}

const fails =
  (status: number): Answer =>
  (response) => {
    response.statusCode = status;
    response.setHeader('content-type', 'application/json');
    response.setHeader('retry-after', '0');
    response.end(
      JSON.stringify({ type: 'error', error: { type: 'some_error', message: 'It is busy.' } }),
    );
  };
const text = (value: string) => ({ type: 'text', text: value });
const uses = (id: string, city: string) => ({
  type: 'tool_use',
  id,
  name: 'get_weather',
  input: { city },
});

const getWeather = tool({
  name: 'get_weather',
  description: 'Gets the weather.',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `21 degrees in ${city}`,
});
const getWeatherAfterApproval = tool({
  name: 'get_weather',
  description: 'Gets the weather after an approval.',
  parameters: z.object({ city: z.string() }),
  needsApproval: true,
  execute: ({ city }) => `21 degrees in ${city}`,
});

describe('Anthropic through the AI SDK', () => {
  test('parallel calls run and are answered with the ids of the provider', async () => {
    const { bodies, model } = await fakeAnthropic(
      message([uses('toolu_1', 'Rome'), uses('toolu_2', 'Oslo')], 'tool_use'),
      message([text('Both 21.')]),
    );
    const agent = new Agent({ name: 'guide', model: aiSdkModel(model), tools: [getWeather] });
    const result = await agent.run('Weather?');
    expect(result).toMatchObject({
      status: 'completed',
      text: 'Both 21.',
      usage: { inputTokens: 24, outputTokens: 6 },
    });
    expect(bodies[1]?.messages.at(-1)?.content).toMatchObject([
      { type: 'tool_result', tool_use_id: 'toolu_1' },
      { type: 'tool_result', tool_use_id: 'toolu_2' },
    ]);
  });

  test('an answer with an output schema is parsed, after a call', async () => {
    const { bodies, model } = await fakeAnthropic(
      message([uses('toolu_1', 'Rome')], 'tool_use'),
      message([text('It is 21 degrees in Rome.')]),
      message([text('{"city":"Rome","degrees":21}')]),
    );
    const agent = new Agent({
      name: 'guide',
      model: aiSdkModel(model),
      tools: [getWeather],
      output: z.object({ city: z.string(), degrees: z.number() }),
    });
    expect(await agent.run('Weather?')).toMatchObject({
      status: 'completed',
      output: { city: 'Rome', degrees: 21 },
      steps: [{ calls: [{ name: 'get_weather', status: 'ok' }] }, { calls: [] }],
    });
    expect(JSON.stringify(bodies.at(-1))).toContain('"degrees"');
  });

  test('signed reasoning and the text next to a call are sent back, also from a saved state', async () => {
    const thought = { type: 'thinking', thinking: 'I must look.', signature: 'signed-1' };
    const { bodies, model } = await fakeAnthropic(
      message([thought, text('I look.'), uses('toolu_1', 'Rome')], 'tool_use'),
      // A resumed run is streamed.
      streamsText('21 ', 'degrees.'),
    );
    const agent = new Agent({
      name: 'guide',
      model: aiSdkModel(model),
      tools: [getWeatherAfterApproval],
    });
    const paused = await agent.run('Weather?');
    expect(paused).toMatchObject({
      status: 'paused',
      fixes: [{ kind: 'dropped-text', text: 'I look.' }],
    });
    const state = JSON.parse(JSON.stringify(paused.state));
    const result = await agent.resume(state, { decisions: { '1.0': { kind: 'approve' } } }).result;
    expect(result.status).toBe('completed');
    expect(bodies[1]?.messages[1]).toMatchObject({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'I must look.', signature: 'signed-1' },
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 'toolu_1' },
      ],
    });
  });

  test('data of a turn is not sent to another model', async () => {
    const thought = { type: 'thinking', thinking: 'I must look.', signature: 'signed-1' };
    const { model } = await fakeAnthropic(
      message([thought, uses('toolu_1', 'Rome')], 'tool_use'),
      message([text('21 degrees.')]),
    );
    const first = await new Agent({
      name: 'guide',
      model: aiSdkModel(model),
      tools: [getWeather],
    }).run('Weather?');
    await close?.();
    const other = await fakeAnthropic(message([text('Yes.')]));
    const renamed = new Proxy(other.model, {
      get: (target, key) => (key === 'modelId' ? 'claude-other' : Reflect.get(target, key, target)),
    });
    const { transcript } = first;
    if (transcript.awaits !== 'user') throw new Error('The run did not complete.');
    const agent = new Agent({ name: 'guide', model: aiSdkModel(renamed), tools: [getWeather] });
    await agent.run('Sure?', { transcript });
    expect(JSON.stringify(other.bodies[0])).not.toContain('signed-1');
    expect(JSON.stringify(other.bodies[0])).toContain('21 degrees in Rome');
  });

  test('a stream has the deltas of text, reasoning and calls', async () => {
    const { model } = await fakeAnthropic(
      streamed(
        started,
        {
          type: 'content_block_start',
          index: 0,
          content_block: { type: 'thinking', thinking: '', signature: '' },
        },
        {
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'thinking_delta', thinking: 'Hm.' },
        },
        {
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'signature_delta', signature: 'signed-2' },
        },
        { type: 'content_block_stop', index: 0 },
        {
          type: 'content_block_start',
          index: 1,
          content_block: { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} },
        },
        {
          type: 'content_block_delta',
          index: 1,
          delta: { type: 'input_json_delta', partial_json: '{"city":"Rome"}' },
        },
        { type: 'content_block_stop', index: 1 },
        ...ended('tool_use'),
      ),
      streamsText('21 ', 'degrees.'),
    );
    const agent = new Agent({ name: 'guide', model: aiSdkModel(model), tools: [getWeather] });
    const events: RunEvent[] = [];
    for await (const event of agent.stream('Weather?')) events.push(event);
    const deltas = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));
    expect(deltas.join('')).toBe('21 degrees.');
    expect(events.find(({ type }) => type === 'reasoning-delta')).toMatchObject({ text: 'Hm.' });
    expect(events.find(({ type }) => type === 'tool-finished')).toMatchObject({
      result: { parts: [{ text: '21 degrees in Rome' }] },
    });
    const turn = events.find(({ type }) => type === 'assistant-turn-added');
    expect(JSON.stringify(turn)).toContain('signed-2');
  });

  test('a busy server is asked again, and a refusal is an error with its code', async () => {
    const { bodies, model } = await fakeAnthropic(
      fails(529),
      message([text('Hello.')]),
      fails(401),
    );
    const agent = new Agent({ name: 'guide', model: aiSdkModel(model) });
    expect(await agent.run('Hi')).toMatchObject({ status: 'completed', text: 'Hello.' });
    expect(bodies).toHaveLength(2);
    await expect(agent.run('Hi')).rejects.toMatchObject({
      code: 'model_unauthorized',
      details: { status: 401 },
    });
  });

  test('a reply with calls that was cut off runs nothing', async () => {
    const { model } = await fakeAnthropic(
      message([uses('toolu_1', 'Rome')], 'max_tokens'),
      message([text('Sorry.')]),
    );
    const agent = new Agent({ name: 'guide', model: aiSdkModel(model), tools: [getWeather] });
    const result = await agent.run('Weather?');
    expect(result.steps.flatMap(({ calls }) => calls)).toEqual([]);
    expect(result.fixes).toMatchObject([{ kind: 'asked-again' }]);
  });

  test('images of inputs are sent with their bytes', async () => {
    const png =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const { bodies, model } = await fakeAnthropic(message([text('A dot.')]));
    const agent = new Agent({ name: 'guide', model: aiSdkModel(model) });
    await agent.run([
      { type: 'text', text: 'What is this?' },
      { type: 'image', image: `data:image/png;base64,${png}` },
    ]);
    expect(bodies[0]?.messages[0]?.content).toMatchObject([
      { type: 'text' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
    ]);
  });
});

describe('an OpenAI-compatible server through the AI SDK', () => {
  test('calls and an output schema work on relaxed turns', async () => {
    const endpoint = await startLocalEndpoint({ profile: 'relaxed', models: ['qwen'] });
    close = () => endpoint.close();
    const provider = createOpenAICompatible({
      name: 'local',
      baseURL: endpoint.url,
      supportsStructuredOutputs: true,
    });
    const agent = new Agent({
      name: 'guide',
      model: aiSdkModel(provider('qwen')),
      tools: [
        tool({
          name: 'get_weather',
          description: 'Get the current weather in a city.',
          parameters: z.object({ city: z.string() }),
          execute: ({ city }) => ({ city, degrees: 21 }),
        }),
      ],
      output: z.object({ city: z.string(), degrees: z.number() }),
    });
    expect(await agent.run('What is the weather in Paris?')).toMatchObject({
      status: 'completed',
      output: { city: 'Paris', degrees: 21 },
    });
  });
});
