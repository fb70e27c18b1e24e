import { describe, expect, test } from '@jest/globals';
import {
  Agent,
  type AgentInput,
  defineProfile,
  type ModelProfile,
  openaiCompatible,
  profiles,
  tool,
} from '../../src/index.ts';
import { makePng } from '../support/make-png.ts';
import { type Answer, answersJson, completion, startModelServer } from '../support/model-server.ts';

const { gemma3, gemma3Strict, openai: relaxed } = profiles;

const square = makePng(30, 30);
const wide = makePng(4_000, 500);
const shown = makePng(20, 20);

const shot = tool({
  name: 'shot',
  description: 'Takes a picture.',
  parameters: { type: 'object', properties: {} },
  execute: () => [
    { type: 'text' as const, text: 'Taken:' },
    { type: 'image' as const, image: shown },
  ],
});

const question: AgentInput = [
  { type: 'text', text: 'What is this?' },
  { type: 'image', image: square },
];
const picture = (bytes: Uint8Array) => ({
  type: 'image_url',
  image_url: { url: `data:image/png;base64,${Buffer.from(bytes).toString('base64')}` },
});
const text = (words: string) => ({ type: 'text', text: words });

const says = answersJson(completion({ role: 'assistant', content: 'A square.' }));
const answersGuided = answersJson(
  completion({ role: 'assistant', content: '{"answer":"A square."}' }),
);

const guided = defineProfile(gemma3Strict, { id: 'guided', dialect: 'guided' });
const everyProfile: readonly ModelProfile[] = [
  gemma3,
  gemma3Strict,
  guided,
  defineProfile(relaxed, { id: 'relaxed' }),
];

describe.each(everyProfile)('on the wire of $id', (profile) => {
  test("a user's image is a part of the user message, after the text", async () => {
    const [messages] = await talk(profile, [says], question, { tools: [] });
    expect(messages?.at(-1)).toEqual({
      role: 'user',
      content: [text(expectText(profile, 'What is this?')), picture(square)],
    });
  });

  test('a system message never contains an image', async () => {
    const [messages] = await talk(profile, [says], question, { tools: [] });
    const system = messages?.filter(({ role }) => role === 'system') ?? [];
    for (const { content } of system) expect(content).toBe('Look closely.');
  });
});

describe('an image that a tool returned is', () => {
  test('in the tool message in the native dialect', async () => {
    const [, messages] = await talk(gemma3, [callsNatively, says], question);
    expect(messages?.at(-1)).toMatchObject({
      role: 'tool',
      content: [text('Taken:'), picture(shown)],
    });
  });

  test('in the user message with the result in the prompted dialect', async () => {
    const calls = answersJson(completion({ role: 'assistant', content: '[shot()]' }));
    const [, messages] = await talk(gemma3Strict, [calls, says], question);
    expect(messages?.at(-1)).toEqual(asUserText);
  });

  test('in the user message with the result in the guided dialect', async () => {
    const calls = answersJson(
      completion({ role: 'assistant', content: '{"calls":[{"name":"shot","arguments":{}}]}' }),
    );
    const [, messages] = await talk(guided, [calls, answersGuided], question);
    expect(messages?.at(-1)).toEqual(asUserText);
  });
});

test('the estimate of an image depends on its size', async () => {
  const small = await estimate(gemma3, square);
  const large = await estimate(gemma3, wide);
  expect(large - small).toBe(1320 - 260);
  expect(await estimate(gemma3Strict, wide)).toBe(await estimate(gemma3Strict, square));
});

const asUserText = {
  role: 'user',
  content: [
    text('<tool_response name="shot" call="1">\nTaken:'),
    picture(shown),
    text('</tool_response>'),
  ],
};

const callsNatively = answersJson(
  completion(
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'x', type: 'function', function: { name: 'shot', arguments: '{}' } }],
    },
    'tool_calls',
  ),
);

interface Message {
  readonly role: string;
  readonly content: unknown;
}

/** The messages of each request of a run. */
async function talk(
  profile: ModelProfile,
  answers: readonly Answer[],
  input: AgentInput,
  { tools = [shot] } = {},
): Promise<readonly (readonly Message[])[]> {
  await using server = await startModelServer(...answers);
  const model = openaiCompatible({ baseURL: server.baseURL, model: 'gemma', profile });
  const agent = new Agent({ name: 'eye', instructions: 'Look closely.', model, tools });
  await agent.run(input);
  return server.requests.map(({ body }) => body.messages as readonly Message[]);
}

/** Without a system message, the instructions come before the first text. */
function expectText({ turns }: ModelProfile, text: string): string {
  return turns.system === 'message' ? text : `Look closely.\n\n${text}`;
}

async function estimate(profile: ModelProfile, image: Uint8Array): Promise<number> {
  await using server = await startModelServer(says);
  const model = openaiCompatible({ baseURL: server.baseURL, model: 'gemma', profile });
  let tokens = 0;
  await new Agent({ name: 'eye', model })
    .on('request-started', ({ estimatedTokens }) => {
      tokens = estimatedTokens;
    })
    .run([{ type: 'image', image }]);
  return tokens;
}
