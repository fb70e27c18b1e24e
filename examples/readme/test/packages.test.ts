import { readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { blocksOf, compile, root, run, writePrograms } from './snippets.ts';

// A compiler and a program are started.
jest.setTimeout(120_000);

const names = readdirSync(join(root, 'packages'));

/** What the snippet of each package's README prints. */
const prints: Readonly<Record<string, RegExp>> = {
  core: /\b42\b/,
  local: /^http:\/\/127\.0\.0\.1:\d+\/v1\n$/,
  tools: /^$/,
};

describe('the snippets in the READMEs of the packages', () => {
  let endpoint: LocalEndpoint;
  let folder: string;

  beforeAll(async () => {
    endpoint = await startLocalEndpoint();
    folder = await writePrograms({
      ...Object.fromEntries(names.map((name) => [`${name}.ts`, snippetOf(name)])),
      'core-here.ts': atEndpoint(snippetOf('core')),
    });
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
    await endpoint.close();
  });

  test('have no type errors', async () => {
    expect(await compile(folder)).toEqual({ stdout: '', stderr: '' });
  });

  test.each(names)('run, that of %s', async (name) => {
    const program = name === 'core' ? 'core-here.ts' : `${name}.ts`;
    expect(await run(join(folder, program), endpoint.url)).toEqual({
      stdout: expect.stringMatching(prints[name] ?? /^it is not said above what this prints$/),
      stderr: '',
    });
  });
});

function snippetOf(name: string): string {
  const page = readFileSync(join(root, 'packages', name, 'README.md'), 'utf8');
  return blocksOf(page, 'ts').join('\n');
}

/** Privatemode's proxy does not run here: the same program, with the endpoint in its place. */
function atEndpoint(program: string): string {
  const options = '{ baseURL: process.env.TURNWISE_BASE_URL ?? "" }';
  return program.replace("privatemode('gemma-3-27b')", `privatemode('gemma-3-27b', ${options})`);
}
