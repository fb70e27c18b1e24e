import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import {
  blocksOf,
  guidePages,
  importProgram,
  programOf,
  readPage,
  root,
  writePrograms,
} from './snippets.ts';

const pages = guidePages();
let endpoint: LocalEndpoint;
let folder: string;

beforeAll(async () => {
  endpoint = await startLocalEndpoint();
  folder = await writePrograms(
    Object.fromEntries(pages.map((name) => [`${name}.ts`, programOf(`docs/guide/${name}`)])),
  );
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await endpoint.close();
});

test.each(pages)('the snippets of docs/guide/%s print what the page shows', async (name) => {
  expect(await importProgram(join(folder, `${name}.ts`), endpoint.url)).toEqual({
    stdout: blocksOf(readPage(`docs/guide/${name}`), 'text').join(''),
    stderr: '',
  });
});

test('docs/guide/README.md lists every page of the folder', () => {
  const list = readPage('docs/guide/README.md');
  const pages = readdirSync(join(root, 'docs/guide')).filter((name) => name.endsWith('.md'));
  const names = pages.filter((name) => name !== 'README.md');
  expect(names.filter((name) => !list.includes(`](${name})`))).toEqual([]);
});
