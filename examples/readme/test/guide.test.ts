import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';

// A compiler and a program are started.
jest.setTimeout(120_000);

const root = join(import.meta.dirname, '../../..');

/** Pages whose snippets go on from each other, each followed by what it prints. */
describe.each(['context.md', 'images.md', 'limits.md', 'output.md'])(
  'the snippets of docs/guide/%s',
  (name) => {
    const page = readFileSync(join(root, 'docs/guide', name), 'utf8');
    let endpoint: LocalEndpoint;
    let folder: string;

    beforeAll(async () => {
      endpoint = await startLocalEndpoint();
      // Inside of this package, so that the snippets find what they import.
      folder = await mkdtemp(join(import.meta.dirname, '../snippets-'));
      const options = { extends: '../../../tsconfig.json', include: ['*.ts'] };
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(options));
      await writeFile(join(folder, 'program.ts'), blocks(page, 'ts').join('\n'));
    });

    afterAll(async () => {
      await rm(folder, { recursive: true });
      await endpoint.close();
    });

    test('have no type errors', async () => {
      const compiler = ['node_modules/typescript/bin/tsc', '-p', folder];
      expect(await start(compiler, endpoint)).toEqual({ stdout: '', stderr: '' });
    });

    test('print what the page says', async () => {
      const program = join(folder, 'program.ts');
      const given = ['--conditions', '@turnwise/source', '--import', 'tsx', program];
      expect(await start(given, endpoint)).toEqual({
        stdout: blocks(page, 'text').join(''),
        stderr: '',
      });
    });
  },
);

function blocks(page: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
  return [...page.matchAll(fence)].map(([, block = '']) => block);
}

function start(given: readonly string[], { url }: LocalEndpoint) {
  const env = { ...process.env, TURNWISE_BASE_URL: url };
  return new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [...given], { cwd: root, env }, (_, stdout, stderr) => {
      resolve({ stdout, stderr });
    });
  });
}
