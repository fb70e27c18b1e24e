import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { blocksOf, execute, programOf, readPage, root, run, writePrograms } from './snippets.ts';

const readme = readPage('README.md');

let endpoint: LocalEndpoint;
let folder: string;

beforeAll(async () => {
  endpoint = await startLocalEndpoint();
  folder = await writePrograms({ 'program.ts': programOf('README.md') });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await endpoint.close();
});

test('the snippets in TypeScript print what the README shows', async () => {
  expect(await run(join(folder, 'program.ts'), endpoint.url)).toEqual({
    stdout: blocksOf(readme, 'text').join(''),
    stderr: '',
  });
});

describe('the commands with curl', () => {
  const commands = blocksOf(readme, 'sh').filter((block) => block.startsWith('curl'));

  test('get the answer that the README shows', async () => {
    expect(await runCurl(commands[0])).toMatchObject({
      choices: [{ message: { content: expect.stringContaining('7.14') } }],
    });
  });

  test('are refused if two user messages follow each other', async () => {
    expect(await runCurl(commands[1])).toMatchObject({
      error: { message: expect.stringContaining('alternate') },
    });
  });
});

test('every folder in the list of the README exists', () => {
  const [, list = ''] = readme.split('## Folders');
  const folders = [...list.matchAll(/^\| `([a-z/-]+)` \|/gm)].map(([, path = '']) => path);
  expect(folders.length).toBeGreaterThan(8);
  expect(folders.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

async function runCurl(command: string | undefined): Promise<unknown> {
  const shell = `${command ?? ''}`.replace('http://127.0.0.1:8090/v1', endpoint.url);
  const { stdout } = await execute('bash', ['-c', shell]);
  return JSON.parse(stdout);
}
