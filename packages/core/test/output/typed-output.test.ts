import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type OutputInvalidError, TurnwiseError } from '../../src/errors.ts';
import { defineProfile, type ModelProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { tool } from '../../src/tool/tool.ts';
import { rawCalls, rawText, type WireReply } from '../support/scripted-transport.ts';
import { wireAgent } from '../support/wire-agent.ts';

const { gemma3, gemma3Strict, openai } = profiles;

const report = z.object({ city: z.string(), celsius: z.number() });
const right = '{"city":"Paris","celsius":21}';
const output = { city: 'Paris', celsius: 21 };

const getWeather = tool({
  name: 'get_weather',
  description: 'Current weather of a city.',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => ({ city, celsius: 21 }),
});

const callsWeather = rawCalls([['get_weather', '{"city":"Paris"}']]);
const question = 'What is the weather in Paris?';

/** Runs to the end and returns the sent bodies, the fixes, and the output or the error. */
async function runTyped(
  replies: readonly WireReply[],
  options: { profile?: ModelProfile; outputRetries?: number; afterwards?: WireReply } = {},
) {
  const { agent, transport } = wireAgent([callsWeather, ...replies], {
    tools: [getWeather],
    output: report,
    ...options,
  });
  const end = await agent.run(question).catch((error: TurnwiseError) => error);
  const bodies = transport.requests.map(({ body }) => body);
  return { end, bodies, agent };
}

describe('a draft', () => {
  test.each([
    ['as it is', right],
    ['in a fence', `\`\`\`json\n${right}\n\`\`\``],
    ['between prose', `Here it is:\n${right}\nI hope that helps.`],
    ['with a syntax error', "{city: 'Paris', celsius: 21,}"],
    ['on several lines', '{\n  "city": "Paris",\n  "celsius": 21\n}'],
  ])('that fits, %s, is the output without another request', async (_, text) => {
    const { end, bodies } = await runTyped([rawText(text)]);
    expect(end).toMatchObject({ status: 'completed', output, text });
    expect(bodies).toHaveLength(2);
  });

  test.each([
    ['wrong in one type', '{"city":"Paris","celsius":"warm"}', 'celsius'],
    ['prose', 'It is warm in Paris.', 'JSON'],
    ['open at its end', '{"city":"Paris","celsius":2', 'is closed'],
    ['another type', '[1, 2]', 'expected object'],
  ])(
    'that is %s is requested again with the output schema and the reason',
    async (_, text, reason) => {
      const { end, bodies } = await runTyped([rawText(text), rawText(right)]);
      expect(end).toMatchObject({ status: 'completed', output });
      expect(bodies).toHaveLength(3);
      const [instructions] = bodies[2]?.messages ?? [];
      expect(instructions?.content).toEqual(expect.stringContaining(reason));
      expect(instructions?.content).toEqual(expect.stringContaining(text));
      expect(end).toMatchObject({ fixes: [{ kind: 'rejected-draft', text }] });
    },
  );

  test('that was cut at the token limit counts only if its text is complete', async () => {
    const asNumber = wireAgent([rawText('12', 'length'), rawText('123')], { output: z.number() });
    expect(await asNumber.agent.run('How many?')).toMatchObject({ output: 123 });
    const whole = wireAgent([rawText(right, 'length')], { output: report });
    expect(await whole.agent.run(question)).toMatchObject({ output });
  });
});

describe('a request', () => {
  const profiles = [
    ['native', gemma3],
    ['prompted', gemma3Strict],
    ['guided', defineProfile(gemma3Strict, { dialect: 'guided' })],
    ['relaxed', openai],
  ] as const;

  test.each(profiles)(
    'never has both tools and the format of an answer: %s',
    async (name, profile) => {
      const { bodies } = await runTyped([rawText('Warm.'), rawText('Warm.'), rawText(right)], {
        profile,
      });
      expect(bodies).toHaveLength(4);
      for (const { tools, response_format } of bodies) {
        expect(tools !== undefined && response_format !== undefined).toBe(false);
      }
      const formats = bodies.map(({ response_format }) => response_format?.type);
      const act = name === 'guided' ? 'json_schema' : undefined;
      expect(formats).toEqual([act, act, 'json_schema', 'json_schema']);
    },
  );

  test.each(profiles)('has only the format if there are no tools: %s', async (_, profile) => {
    const { agent, transport } = wireAgent([rawText(right)], { profile, output: report });
    expect(await agent.run(question)).toMatchObject({ output });
    expect(transport.requests).toHaveLength(1);
    expect(transport.requests[0]?.body).toMatchObject({ response_format: { type: 'json_schema' } });
    expect(transport.requests[0]?.body.tools).toBeUndefined();
  });

  test.each([
    ['json_object', { type: 'json_object' }],
    ['prompted', undefined],
  ] as const)(
    'describes the schema in the prompt for a server that only supports %s',
    async (kind, format) => {
      const profile = defineProfile(gemma3Strict, { structuredOutput: kind });
      const { agent, transport } = wireAgent([rawText(right)], { profile, output: report });
      expect(await agent.run(question)).toMatchObject({ output });
      const [sent] = transport.requests;
      expect(sent?.body.response_format).toEqual(format);
      expect(JSON.stringify(sent?.body.messages)).toContain('celsius');
    },
  );
});

describe('the number of requests', () => {
  test.each([0, 1, 2, 5])('is at most a draft, an answer and %s retries', async (outputRetries) => {
    const { end, bodies } = await runTyped([], { outputRetries, afterwards: rawText('No.') });
    expect(end).toBeInstanceOf(TurnwiseError);
    expect(bodies).toHaveLength(1 + 1 + 1 + outputRetries);
  });

  test('ends with an error that has the text and every issue with its path', async () => {
    const text = '{"city":5,"celsius":"warm"}';
    const { end } = await runTyped([], { afterwards: rawText(text) });
    expect(end).toMatchObject({ code: 'output_invalid', text });
    const { issues, state } = end as OutputInvalidError;
    expect(issues).toEqual([
      expect.stringMatching(/^city: .*string/),
      expect.stringMatching(/^celsius: .*number/),
    ]);
    expect(state).toMatchObject({ v: 1, step: 2 });
  });

  test('can be resumed without repeating the calls', async () => {
    const script = [callsWeather, rawText('No.'), rawText('No.'), rawText(right)];
    const { agent, transport } = wireAgent(script, {
      tools: [getWeather],
      output: report,
      outputRetries: 0,
    });
    const error = await agent.run(question).catch((thrown: TurnwiseError) => thrown);
    expect(error).toMatchObject({ code: 'output_invalid' });
    const state = JSON.parse(JSON.stringify((error as TurnwiseError).state));
    const result = await agent.resume(state).result;
    expect(result).toMatchObject({ status: 'completed', output });
    expect(transport.requests).toHaveLength(4);
    expect(result.transcript.turns.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
    ]);
  });

  test('counts an empty answer too', async () => {
    const { agent, transport } = wireAgent([rawText(''), rawText(right)], { output: report });
    expect(await agent.run(question)).toMatchObject({ output });
    expect(transport.requests).toHaveLength(2);
  });
});

test('rejected drafts are not turns: the transcript has only the accepted text', async () => {
  const { end } = await runTyped([rawText('Warm.'), rawText(right)]);
  expect(end).toMatchObject({ status: 'completed' });
  if (end instanceof Error) throw end;
  const texts = end.transcript.turns.flatMap((turn) =>
    turn.role === 'assistant' && turn.kind === 'text' ? [turn.text] : [],
  );
  expect(texts).toEqual([right]);
});

test('a saved finished run has its output again', async () => {
  const { end, agent } = await runTyped([rawText(right)]);
  if (end instanceof Error) throw end;
  const again = await agent.resume(JSON.parse(JSON.stringify(end.state))).result;
  expect(again).toMatchObject({ status: 'completed', output });
});

test('a schema that transforms a value returns the transformed value', async () => {
  const { agent } = wireAgent([rawText('{"day":"2026-01-31"}')], {
    output: z.object({ day: z.iso.date().transform((day) => day.split('-').map(Number)) }),
  });
  expect(await agent.run('When?')).toMatchObject({ output: { day: [2026, 1, 31] } });
});
