import { describe, expect, test } from '@jest/globals';
import { Agent, openaiCompatible, tool } from '@turnwise/core';
import { type QuirksName, startLocalEndpoint } from '@turnwise/local';
import { z } from 'zod';

const cities: string[] = [];
const getWeather = tool({
  name: 'get_weather',
  description: 'Current weather of a city.',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => {
    cities.push(city);
    return '21 degrees';
  },
});

/** Asks with the dialect that is chosen without an option, or with the given one. */
async function ask(quirks: QuirksName, question: string, dialect?: 'guided' | 'native') {
  const endpoint = await startLocalEndpoint({ quirks, contextWindow: 16_384 });
  cities.length = 0;
  const agent = new Agent({
    name: 'guide',
    model: openaiCompatible({ baseURL: endpoint.url, model: endpoint.models[0] ?? '', dialect }),
    tools: [getWeather],
  });
  try {
    const result = await agent.run(question);
    const answer = result.status === 'completed' ? result.output : result.status;
    return { answer, requests: endpoint.requests };
  } finally {
    await endpoint.close();
  }
}

/** The form in which the small model writes its call depends on the text; these have all eight forms. */
const questions = Array.from(
  { length: 8 },
  (_, marks) => `What is the weather in Paris${'?'.repeat(marks)}`,
);

describe('a small model that writes calls as text, repeats them and becomes silent', () => {
  test.each(questions)('answers in the guided dialect: %s', async (question) => {
    const { answer } = await ask('small-model', question, 'guided');
    expect(answer).toContain('21');
    expect(cities).toEqual(['Paris']);
  });
});

describe('the same model without an option', () => {
  test.each(questions)('is asked in another form, and answers: %s', async (question) => {
    const { answer } = await ask('small-model', question);
    expect(answer).toContain('21');
    expect(new Set(cities)).toEqual(new Set(['Paris']));
    expect(cities.length).toBeLessThanOrEqual(2);
  });
});

describe('a server that drops tools without an error and does not report it', () => {
  test('gets no tools, and the question is answered', async () => {
    const { answer, requests } = await ask(
      'llama.cpp-2026-silent',
      'What is the weather in Paris?',
    );
    expect(answer).toContain('21');
    expect(requests.filter(({ body }) => Object(body).tools !== undefined)).toEqual([]);
  });
});

describe('vLLM 0.32 without a proxy', () => {
  test.each(['native', 'guided'] as const)('answers in the %s dialect', async (dialect) => {
    const { answer } = await ask('vllm-0.32', 'What is the weather in Paris?', dialect);
    expect(answer).toContain('21');
    expect(cities).toEqual(['Paris']);
  });
});
