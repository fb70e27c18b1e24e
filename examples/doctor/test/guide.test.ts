import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { Agent, defineProfile, openaiCompatible, profiles, tool } from '@turnwise/core';
import { startLocalEndpoint } from '@turnwise/local';
import { z } from 'zod';
import { compareServers } from '../src/compare-servers.ts';
import { compile } from './compile.ts';

// A compiler and a program are started.
jest.setTimeout(120_000);

const root = join(import.meta.dirname, '../../..');
const guide = readFileSync(join(root, 'docs/guide/dialects.md'), 'utf8');

function blocks(language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
  return [...guide.matchAll(fence)].map(([, block = '']) => block);
}

describe('the guide to dialects', () => {
  test('holds the table that the doctor prints', async () => {
    const [, table] = guide.split(/<!-- (?:pnpm --silent run doctor --compare|end) -->/);
    expect(table?.trim()).toBe(await compareServers());
  });

  test('has snippets that compile as one program', () => {
    expect(compile([blocks('ts').join('\n')])).toEqual([[]]);
  });

  test('has snippets that print what it says', async () => {
    const endpoint = await startLocalEndpoint();
    // Inside of this package, so that the snippets find what they import.
    const folder = await mkdtemp(join(import.meta.dirname, '../snippets-'));
    const program = join(folder, 'program.ts');
    await writeFile(program, blocks('ts').join('\n'));
    const printed = await run(program, { TURNWISE_BASE_URL: endpoint.url });
    await rm(folder, { recursive: true });
    await endpoint.close();
    expect(printed).toBe(blocks('text').join(''));
  });

  const lines = [...guide.matchAll(/^\| `(.+)` \| (a call|an answer) \|$/gm)].map(
    ([, text = '', kind = '']) => [text, kind] as const,
  );

  test('has lines to hold it to', () => {
    expect(lines.length).toBeGreaterThan(15);
  });

  test.each(lines)('is right that %s is %s', async (text, kind) => {
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

  test('points to what is there', () => {
    const links = [...guide.matchAll(/\]\(([^):]+)\)/g)].map(([, path = '']) => path);
    expect(links.filter((path) => !existsSync(join(root, 'docs/guide', path)))).toEqual([]);
  });
});

function run(program: string, environment: Record<string, string>): Promise<string> {
  const given = ['--conditions', '@turnwise/source', '--import', 'tsx', program];
  const env = { ...process.env, ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, given, { cwd: root, env }, (_error, stdout, stderr) => {
      resolve(stderr + stdout);
    });
  });
}
