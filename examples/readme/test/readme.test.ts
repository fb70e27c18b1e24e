import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { blocksOf, compile, execute, root, run, writePrograms } from './snippets.ts';

// A compiler and a program are started.
jest.setTimeout(120_000);

const readme = readFileSync(join(root, 'README.md'), 'utf8');

let endpoint: LocalEndpoint;
let folder: string;

beforeAll(async () => {
  endpoint = await startLocalEndpoint();
  folder = await writePrograms({
    // The snippets go on from each other, so they are one program.
    'program.ts': blocksOf(readme, 'ts').join('\n'),
    'mistake.ts': "export const mistake: number = 'text';\n",
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await endpoint.close();
});

describe('the snippets in TypeScript', () => {
  test('have no type errors', async () => {
    const { stdout } = await compile(folder);
    // Errors elsewhere are for `pnpm typecheck` to tell; the mistake shows that errors here are seen.
    const errors = stdout.split('\n').filter((line) => /(?:program|mistake)\.ts\(/.test(line));
    expect(errors).toEqual([expect.stringContaining('mistake.ts(1,')]);
  });

  test('print what the README says', async () => {
    expect(await run(join(folder, 'program.ts'), endpoint.url)).toEqual({
      stdout: blocksOf(readme, 'text').join(''),
      stderr: '',
    });
  });
});

describe('the commands with curl', () => {
  const commands = blocksOf(readme, 'sh').filter((block) => block.startsWith('curl'));

  test('get the answer that the README tells', async () => {
    expect(await runCurl(commands[0])).toMatchObject({
      choices: [{ message: { content: expect.stringContaining('7.14') } }],
    });
  });

  test('are refused where two user messages follow each other', async () => {
    expect(await runCurl(commands[1])).toMatchObject({
      error: { message: expect.stringContaining('alternate') },
    });
  });
});

test('every file and folder that the README points to is there', () => {
  const folders = [...readme.matchAll(/^\| `([a-z/-]+)` \|/gm)].map(([, path]) => path);
  const links = [...readme.matchAll(/\]\(([^):]+)\)/g)].map(([, path]) => path);
  const paths = [...folders, ...links].filter((path) => path !== undefined);
  expect(paths.length).toBeGreaterThan(8);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

async function runCurl(command: string | undefined): Promise<unknown> {
  const shell = `${command ?? ''}`.replace('http://127.0.0.1:8090/v1', endpoint.url);
  const { stdout } = await execute('bash', ['-c', shell]);
  return JSON.parse(stdout);
}
