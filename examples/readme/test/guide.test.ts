import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { blocksOf, compile, root, run, writePrograms } from './snippets.ts';

// A compiler and a program are started.
jest.setTimeout(120_000);

/** Pages whose snippets go on from each other, each followed by what it prints. */
describe.each(['context.md', 'images.md', 'limits.md', 'output.md'])(
  'the snippets of docs/guide/%s',
  (name) => {
    const page = readFileSync(join(root, 'docs/guide', name), 'utf8');
    let endpoint: LocalEndpoint;
    let folder: string;

    beforeAll(async () => {
      endpoint = await startLocalEndpoint();
      folder = await writePrograms({ 'program.ts': blocksOf(page, 'ts').join('\n') });
    });

    afterAll(async () => {
      await rm(folder, { recursive: true });
      await endpoint.close();
    });

    test('have no type errors', async () => {
      expect(await compile(folder)).toEqual({ stdout: '', stderr: '' });
    });

    test('print what the page says', async () => {
      expect(await run(join(folder, 'program.ts'), endpoint.url)).toEqual({
        stdout: blocksOf(page, 'text').join(''),
        stderr: '',
      });
    });
  },
);
