import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';

// A compiler and a program are started.
jest.setTimeout(120_000);

const root = join(import.meta.dirname, '../../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

let endpoint: LocalEndpoint;
let folder: string;

beforeAll(async () => {
  endpoint = await startLocalEndpoint();
  // Inside of this package, so that the snippets find what they import.
  folder = await mkdtemp(join(import.meta.dirname, '../snippets-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await endpoint.close();
});

describe('the snippets in TypeScript', () => {
  test('have no type errors', async () => {
    await writeProgram();
    await writeFile(join(folder, 'mistake.ts'), "export const mistake: number = 'text';\n");
    const { stdout } = await start(['node_modules/typescript/bin/tsc', '-p', folder]);
    // Errors elsewhere are for `pnpm typecheck` to tell; the mistake shows that errors here are seen.
    const errors = stdout.split('\n').filter((line) => /(?:program|mistake)\.ts\(/.test(line));
    expect(errors).toEqual([expect.stringContaining('mistake.ts(1,')]);
  });

  test('print what the README says', async () => {
    const { stdout, stderr } = await start([
      '--conditions',
      '@turnwise/source',
      '--import',
      'tsx',
      await writeProgram(),
    ]);
    expect(stderr).toBe('');
    expect(stdout).toBe(blocks('text').join(''));
  });
});

describe('the commands with curl', () => {
  const commands = blocks('sh').filter((block) => block.startsWith('curl'));

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

function blocks(language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
  return [...readme.matchAll(fence)].map(([, block = '']) => block);
}

/** The snippets go on from each other, so they are one program. */
async function writeProgram(): Promise<string> {
  const options = { extends: '../../../tsconfig.json', include: ['*.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(options));
  const program = join(folder, 'program.ts');
  await writeFile(program, blocks('ts').join('\n'));
  return program;
}

async function runCurl(command: string | undefined): Promise<unknown> {
  const shell = `${command ?? ''}`.replace('http://127.0.0.1:8090/v1', endpoint.url);
  const { stdout } = await execute('bash', ['-c', shell]);
  return JSON.parse(stdout);
}

interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function start(given: readonly string[]): Promise<Ended> {
  return execute(process.execPath, given);
}

function execute(program: string, given: readonly string[]): Promise<Ended> {
  const env = { ...process.env, TURNWISE_BASE_URL: endpoint.url };
  return new Promise((resolve) => {
    execFile(program, [...given], { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}
