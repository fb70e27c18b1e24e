import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { callsTool, says, scriptedModel } from '@turnwise/core/testing';
import { startLocalEndpoint } from '@turnwise/local';
import { runMain } from '@turnwise-examples/program';
import { testEnvironment } from '@turnwise-examples/program/testing';
import { createResearcher } from '../src/create-researcher.ts';
import { main } from '../src/main.ts';
import { openLibrary } from '../src/open-library.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'research-'));
  await mkdir(join(folder, 'docs/guide'), { recursive: true });
  await writeFile(join(folder, 'docs/guide/bees.md'), '# Bees\n\nBees dance to show flowers.\n');
  await writeFile(join(folder, 'docs/guide/ants.md'), '# Ants\n\nAnts follow a trail of scent.\n');
});

afterEach(() => rm(folder, { recursive: true }));

const answer = (sources: readonly string[]) =>
  says(JSON.stringify({ answer: 'They dance.', sources }));

test('the agent searches, reads and answers with the page', async () => {
  const library = await openLibrary(join(folder, 'docs/guide'));
  const model = scriptedModel([
    callsTool('search_pages', { query: 'bees flowers' }),
    callsTool('read_page', { page: 'bees.md' }),
    answer(['bees.md']),
  ]);
  const result = await createResearcher(model).run('How do bees show flowers?', {
    context: library,
  });
  expect(result).toMatchObject({
    status: 'completed',
    output: { answer: 'They dance.', sources: ['bees.md'] },
  });
  expect(result.steps[0]?.calls[0]?.result.forApp).toEqual({
    pages: [{ page: 'bees.md', line: '# Bees' }],
  });
});

test('a page that was not read is not accepted as a source', async () => {
  const library = await openLibrary(join(folder, 'docs/guide'));
  const model = scriptedModel([
    callsTool('read_page', { page: 'bees.md' }),
    answer(['ants.md', 'bees.md']),
    answer(['bees.md']),
  ]);
  const result = await createResearcher(model).run('How do bees show flowers?', {
    context: library,
  });
  expect(result).toMatchObject({ output: { sources: ['bees.md'] } });
  expect(JSON.stringify(model.requests.at(-1))).toContain('You did not read ants.md.');
});

test('the program prints the answer and its sources, and the searches on stderr', async () => {
  const endpoint = await startLocalEndpoint({
    script: [
      { calls: [{ name: 'read_page', arguments: { page: 'bees.md' } }] },
      { text: '{"answer": "They dance.", "sources": ["bees.md"]}' },
    ],
  });
  const environment = testEnvironment({
    folder,
    variables: { TURNWISE_BASE_URL: endpoint.url },
    arguments: ['How do bees show flowers?'],
  });
  const code = await runMain(main, environment);
  await endpoint.close();
  expect(environment.errorText).toContain('read_page {"page":"bees.md"}');
  expect(environment.outputText).toBe('They dance.\n\nFrom: bees.md\n');
  expect(code).toBe(0);
});
