import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

const root = join(import.meta.dirname, '../../../..');
const packages = ['core', 'tools', 'local'];
const project = mkdtempSync(join(tmpdir(), 'turnwise-packed-'));

jest.setTimeout(300_000);

/** Packs every package as for publication, and installs the tarballs in an empty project. */
beforeAll(() => {
  // `pnpm typecheck` checks the types; here they are only emitted.
  const build = ['node_modules/typescript/bin/tsc', '-b', 'tsconfig.build.json', '--noCheck'];
  run(process.execPath, build, root);
  run(process.execPath, ['packages/core/bundle.js'], root);
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "type": "module" }');
  for (const name of packages) install(name);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('the packed packages in an empty project', () => {
  test('can be imported', () => {
    const program = `
      import { Agent } from '@turnwise/core';
      import { probeProfile } from '@turnwise/core/doctor';
      import { inProcessEffects } from '@turnwise/core/model';
      import { says, scriptedModel } from '@turnwise/core/testing';
      import { calculator } from '@turnwise/tools';
      import { startLocalEndpoint } from '@turnwise/local';
      const agent = new Agent({ name: 'a', model: scriptedModel([says('hello')]), tools: [calculator()] });
      const result = await agent.run('hi');
      console.log(result.output, typeof startLocalEndpoint, typeof probeProfile);
    `;
    expect(run(process.execPath, ['--input-type=module', '-e', program])).toBe(
      'hello function function\n',
    );
  });

  test('can be required', () => {
    const program = `
      const { Agent } = require('@turnwise/core');
      const { toSchema } = require('@turnwise/core/model');
      const { calculator } = require('@turnwise/tools');
      const { startLocalEndpoint } = require('@turnwise/local');
      console.log(typeof Agent, typeof toSchema, calculator().name, typeof startLocalEndpoint);
    `;
    // Node 20 warns that require() of an ES module is experimental.
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=commonjs'];
    expect(run(process.execPath, [...flags, '-e', program])).toBe(
      'function function calculator function\n',
    );
  });

  test('have types that a strict program can use', () => {
    writeFileSync(
      join(project, 'program.ts'),
      `import { Agent, tool, type RunResult } from '@turnwise/core';
       import type { Effects, ModelReply } from '@turnwise/core/model';
       import { scriptedModel } from '@turnwise/core/testing';
       import { z } from 'zod';
       const add = tool({ name: 'add', description: 'A tool.', parameters: z.object({ a: z.number() }), execute: ({ a }) => a.toFixed(1) });
       const agent = new Agent({ name: 'a', model: scriptedModel([]), tools: [add] });
       export type Ports = Effects | ModelReply;
       export const result: Promise<RunResult<string>> = agent.run('hi');`,
    );
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023'];
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    expect(run(process.execPath, [compiler, ...options, '--skipLibCheck', 'program.ts'])).toBe('');
  });

  test('contain no test, no build state and no reference to the workspace', () => {
    for (const name of packages) {
      const folder = join(project, 'node_modules/@turnwise', name);
      const files = readdirSync(folder, { recursive: true }).map(String);
      expect(files.filter((file) => /tsbuildinfo|\.test\.|node_modules/.test(file))).toEqual([]);
      expect(readFileSync(join(folder, 'package.json'), 'utf8')).not.toContain('workspace:');
    }
  });
});

function install(name: string): void {
  const source = join(root, 'packages', name);
  const target = join(project, 'node_modules/@turnwise', name);
  mkdirSync(target, { recursive: true });
  const packed = pack(source);
  run('tar', ['-xzf', packed, '-C', target, '--strip-components=1']);
  const { dependencies = {} } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const dependency of Object.keys(dependencies)) link(source, dependency);
}

/** Only pnpm replaces `workspace:` and `catalog:`. If pnpm runs this test, its path is in `npm_execpath`. */
function pack(source: string): string {
  const pnpm = process.env.npm_execpath;
  const arguments_ = ['pack', '--pack-destination', project];
  const isPnpm = pnpm?.includes('pnpm') ?? false;
  if (isPnpm && pnpm !== undefined) {
    const isScript = /\.[cm]?js$/.test(pnpm);
    run(isScript ? process.execPath : pnpm, isScript ? [pnpm, ...arguments_] : arguments_, source);
  } else {
    run('npx', ['-y', 'pnpm@12', ...arguments_], source);
  }
  const name = `turnwise-${source.split('/').at(-1)}-`;
  const packed = readdirSync(project).find((file) => file.startsWith(name));
  return join(project, packed ?? '');
}

function link(source: string, dependency: string): void {
  if (dependency.startsWith('@turnwise/')) return;
  const place = join(project, 'node_modules', dependency);
  mkdirSync(dirname(place), { recursive: true });
  rmSync(place, { force: true });
  symlinkSync(join(source, 'node_modules', dependency), place);
}

function run(command: string, arguments_: readonly string[], folder = project): string {
  const { status, stdout, stderr } = spawnSync(command, arguments_, {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} ${arguments_.join(' ')}:\n${stdout}${stderr}`);
  return stdout;
}
