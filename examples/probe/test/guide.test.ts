import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Agent, defineProfile, openaiCompatible, profiles, tool } from '@turnwise/core';
import { startLocalEndpoint } from '@turnwise/local';
import { z } from 'zod';
import { compareServers } from '../src/compare-servers.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/dialects.md'), 'utf8');

describe('the guide to dialects', () => {
  test('contains the table that `pnpm probe --compare` prints', async () => {
    const [, table] = guide.split(/<!-- (?:pnpm --silent probe --compare|end) -->/);
    expect(table?.trim()).toBe(await compareServers());
  });

  const examples = [...guide.matchAll(/^\| `(.+)` \| (a call|an answer) \|$/gm)].map(
    ([, text = '', kind = '']) => [text, kind] as const,
  );

  test('has examples of calls and answers', () => {
    expect(examples.length).toBeGreaterThan(15);
  });

  test.each(examples)('is right: %s is %s', async (text, kind) => {
    const endpoint = await startLocalEndpoint({
      quirks: 'llama.cpp-2026',
      script: [{ text }, { text: 'Done.' }],
    });
    const cities: string[] = [];
    const getWeather = tool({
      name: 'get_weather',
      description: 'Current weather of a city.',
      parameters: z.object({ city: z.string() }),
      execute: ({ city }) => {
        cities.push(city);
        return 'sunny';
      },
    });
    const profile = defineProfile(profiles.openai, { dialect: 'prompted' });
    const model = openaiCompatible({ baseURL: endpoint.url, model: 'gemma-3', profile });
    const agent = new Agent({ name: 'guide', model, tools: [getWeather] });
    const result = await agent.run('What is the weather in Paris?');
    await endpoint.close();
    expect(cities).toEqual(kind === 'a call' ? ['Paris'] : []);
    expect(result.status === 'completed' && result.output).toBe(kind === 'a call' ? 'Done.' : text);
  });
});
