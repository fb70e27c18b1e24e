import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createProject, templates } from '../src/create-project.ts';

// Programs are started.
jest.setTimeout(120_000);

const root = join(import.meta.dirname, '../../..');
const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
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
    spawnSync(process.execPath, [tsx, cli, ...given], { cwd: parent, encoding: 'utf8' });

  test('writes a project and prints what to run next', () => {
    const { status, stdout } = start('shop', '--template', 'tests');
    expect(stdout).toContain('cd shop\n  npm install\n  npm test');
    expect(status).toBe(0);
    expect(existsSync(join(parent, 'shop/test/agent.test.ts'))).toBe(true);
  });

  test.each([
    ['no folder', [], 'Name one folder.'],
    ['an option that does not exist', ['shop', '--color'], "'--color'"],
    ['a template that does not exist', ['shop', '--template', 'x'], 'terminal, web-service, tests'],
  ])('%s is explained, and the exit code is 2', (_, given, message) => {
    const { status, stderr } = start(...given);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(2);
  });
});
