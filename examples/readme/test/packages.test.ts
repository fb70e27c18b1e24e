import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { importProgram, packageNames, programOf, writePrograms } from './snippets.ts';

/** Packages whose README has a snippet; that of create-turnwise has only commands. */
const names = packageNames().filter((name) => programOf(`packages/${name}/README.md`) !== '');

/** What the snippet of each package's README prints. */
const prints: Readonly<Record<string, RegExp>> = {
  'ai-sdk': /^v4 google\/gemma-3-27b-it\n$/,
  core: /\b42\b/,
  durable: /^Hello Ada\.\n$/,
  local: /^http:\/\/127\.0\.0\.1:\d+\/v1\n$/,
  tools: /^$/,
  ui: /^assistant Hello Ada\.\n$/,
};

let endpoint: LocalEndpoint;
let folder: string;

beforeAll(async () => {
  endpoint = await startLocalEndpoint();
  const programs = names.map((name) => [
    `${name}.ts`,
    withEndpoint(programOf(`packages/${name}/README.md`)),
  ]);
  folder = await writePrograms(Object.fromEntries(programs));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await endpoint.close();
});

test.each(names)('the snippet in the README of %s runs', async (name) => {
  expect(await importProgram(join(folder, `${name}.ts`), endpoint.url)).toEqual({
    stdout: expect.stringMatching(prints[name] ?? /^add the package to the list above$/),
    stderr: '',
  });
});

/** Uses the embedded endpoint in place of Privatemode's proxy, which does not run here. */
function withEndpoint(program: string): string {
  const options = '{ baseURL: process.env.TURNWISE_BASE_URL ?? "" }';
  return program.replace("privatemode('gemma-3-27b')", `privatemode('gemma-3-27b', ${options})`);
}
