import { existsSync } from 'node:fs';
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

test.each(pages)('the links of docs/guide/%s have a target', (name) => {
  const page = readPage(`docs/guide/${name}`);
  const links = [...page.matchAll(/\]\(([^):#]+)\)/g)].map(([, path = '']) => path);
  expect(links.filter((path) => !existsSync(join(root, 'docs/guide', path)))).toEqual([]);
});
