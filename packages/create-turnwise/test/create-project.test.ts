import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { deskCases } from '../../../scripts/desk-cases.ts';
import { sourceOptions } from '../../../scripts/source-options.ts';
import { createProject, templates } from '../src/create-project.ts';

const root = join(import.meta.dirname, '../../..');
const cli = join(root, 'packages/create-turnwise/src/cli.ts');

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'turnwise-create-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const create = (options: Partial<Parameters<typeof createProject>[0]> = {}) =>
  createProject({
    folder: join(parent, 'my-agent'),
    template: 'terminal',
    version: '1.2.3',
    ...options,
  });
const read = (file: string) => readFileSync(join(parent, 'my-agent', file), 'utf8');

describe.each(templates)('the template %s', (template) => {
  test('is written with the name of the folder and the version of the packages', () => {
    const files = create({ template });
    expect(files).toEqual(expect.arrayContaining(['.gitignore', 'package.json', 'tsconfig.json']));
    expect(files).toContain(join('src', 'create-agent.ts'));
    expect(files.every((file) => existsSync(join(parent, 'my-agent', file)))).toBe(true);
    expect(JSON.parse(read('package.json'))).toMatchObject({
      name: 'my-agent',
      dependencies: { '@turnwise/core': '^1.2.3', '@turnwise/local': '^1.2.3' },
    });
  });
});

test('a folder with files is refused, and nothing is written', () => {
  writeFileSync(join(parent, 'notes.txt'), 'mine');
  expect(() => create({ folder: parent })).toThrow('is not empty');
  expect(existsSync(join(parent, 'package.json'))).toBe(false);
});

test('a template that does not exist is refused with the names of all', () => {
  expect(() => create({ template: 'desktop' })).toThrow(
    'There is no template "desktop". The templates are: terminal, web-service, tests.',
  );
  expect(existsSync(join(parent, 'my-agent'))).toBe(false);
});

test('packed packages replace the registry', () => {
  for (const name of ['core', 'local']) {
    writeFileSync(join(parent, `turnwise-${name}-0.0.0.tgz`), '');
  }
  create({ from: parent });
  expect(JSON.parse(read('package.json')).dependencies).toMatchObject({
    '@turnwise/core': `file:${join(parent, 'turnwise-core-0.0.0.tgz')}`,
  });
});

test('a packed package that is missing is named, and nothing is written', () => {
  expect(() => create({ from: parent })).toThrow('has no turnwise-core-*.tgz');
  expect(existsSync(join(parent, 'my-agent'))).toBe(false);
});

describe('the command', () => {
  const start = (...given: string[]) =>
    spawnSync(process.execPath, [...sourceOptions, cli, ...given], {
      cwd: parent,
      encoding: 'utf8',
    });

  test('writes a project and prints what to run next', () => {
    const { status, stdout } = start('shop', '--template', 'tests');
    expect(stdout).toContain('cd shop\n  npm install\n  npm test');
    expect(status).toBe(0);
    expect(existsSync(join(parent, 'shop/test/agent.test.ts'))).toBe(true);
  });

  const mistakes: readonly (readonly [string, readonly string[], string])[] = [
    ['no folder', [], 'Name one folder.'],
    ['an option that does not exist', ['shop', '--color'], "'--color'"],
    ['a template that does not exist', ['shop', '--template', 'x'], 'terminal, web-service, tests'],
  ];
  test.each(deskCases(mistakes, 3))(
    '%s is explained, and the exit code is 2',
    (_, given, message) => {
      const { status, stderr } = start(...given);
      expect(stderr).toContain(message);
      expect(stderr).not.toContain('    at ');
      expect(status).toBe(2);
    },
  );
});

describe('without a model, the embedded endpoint answers the first question in the template', () => {
  const question = 'What is the status of order A-2?';
  const { TURNWISE_BASE_URL: _url, NODE_TEST_CONTEXT: _context, ...env } = process.env;

  /** Writes a project that finds the packages of the repository in place of installed ones. */
  function createLinked(template: string): string {
    create({ template });
    const folder = join(parent, 'my-agent');
    mkdirSync(join(folder, 'node_modules/@turnwise'), { recursive: true });
    const targets = {
      '@turnwise/core': 'packages/core',
      '@turnwise/local': 'packages/local',
      zod: 'packages/core/node_modules/zod',
    };
    for (const [name, target] of Object.entries(targets)) {
      symlinkSync(join(root, target), join(folder, 'node_modules', name), 'dir');
    }
    return folder;
  }

  test('terminal', () => {
    const cwd = createLinked('terminal');
    const given = [...sourceOptions, 'src/main.ts', question];
    const { stdout, status } = spawnSync(process.execPath, given, { cwd, env, encoding: 'utf8' });
    expect(stdout).toContain('delivered');
    expect(status).toBe(0);
  });

  test('tests', () => {
    const cwd = createLinked('tests');
    const given = [...sourceOptions, '--test', 'test/agent.test.ts'];
    const { stdout, status } = spawnSync(process.execPath, given, { cwd, env, encoding: 'utf8' });
    expect(stdout).toMatch(/pass 3\b/);
    expect(status).toBe(0);
  });

  test('web-service', async () => {
    const cwd = createLinked('web-service');
    const port = await freePort();
    const service = spawn(process.execPath, [...sourceOptions, 'src/main.ts'], {
      cwd,
      env: { ...env, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      // The first line names the address.
      await once(service.stdout, 'data');
      const url = `http://localhost:${port}/sessions/1`;
      const response = await fetch(url, { method: 'POST', body: question });
      expect(await response.text()).toContain('delivered');
    } finally {
      service.kill();
      await once(service, 'exit');
    }
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
