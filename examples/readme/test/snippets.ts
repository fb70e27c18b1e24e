import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'node:util';
import { jest } from '@jest/globals';
import { sourceOptions } from '../../../scripts/source-options.ts';

/** The folder of the repository. */
export const root = join(import.meta.dirname, '../../..');

/** The text of a file of the repository. */
export function readPage(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The fenced blocks of a page in one language, in order. */
export function blocksOf(page: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
  return [...page.matchAll(fence)].map(([, block = '']) => block);
}

/** The TypeScript of a page: its snippets continue each other, so they are one program. */
export function programOf(path: string): string {
  return blocksOf(readPage(path), 'ts').join('\n');
}

/** The pages of docs/guide that have snippets in TypeScript, by name. */
export function guidePages(): readonly string[] {
  const names = readdirSync(join(root, 'docs/guide')).filter((name) => name.endsWith('.md'));
  return names.filter((name) => programOf(`docs/guide/${name}`) !== '');
}

/** The names of the packages. */
export function packageNames(): readonly string[] {
  return readdirSync(join(root, 'packages'));
}

/** Writes programs, by name, to a new folder in this package, so that they find what they import. */
export async function writePrograms(programs: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(import.meta.dirname, '../snippets-'));
  const options = { extends: '../../../tsconfig.json', include: ['**/*.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(options));
  for (const [name, text] of Object.entries(programs)) await writeFile(join(folder, name), text);
  return folder;
}

/** What a program has printed. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Compiles the programs of a folder. */
export function compile(folder: string): Promise<Printed> {
  return execute(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder]);
}

/** Runs a program in a new process, with its model at `url`. */
export function run(program: string, url: string): Promise<Printed> {
  return execute(process.execPath, [...sourceOptions, program], { TURNWISE_BASE_URL: url });
}

/** Runs a program in this process, with its model at `url`; it must print with `console` only. */
export async function importProgram(program: string, url: string): Promise<Printed> {
  const printed = { stdout: '', stderr: '' };
  const printTo =
    (stream: keyof Printed) =>
    (...values: unknown[]) => {
      printed[stream] += `${format(...values)}\n`;
    };
  jest.spyOn(console, 'log').mockImplementation(printTo('stdout'));
  jest.spyOn(console, 'warn').mockImplementation(printTo('stderr'));
  jest.spyOn(console, 'error').mockImplementation(printTo('stderr'));
  // Processes that the program starts read the source of the packages, too.
  jest.replaceProperty(process, 'execArgv', [...sourceOptions]);
  jest.replaceProperty(process, 'env', { ...process.env, TURNWISE_BASE_URL: url });
  await import(program);
  return printed;
}

/** Runs a program and returns what it prints, for any exit code. */
export function execute(
  program: string,
  given: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Printed> {
  const env = { ...process.env, ...variables };
  return new Promise((resolve) => {
    execFile(program, [...given], { cwd: root, env }, (_, stdout, stderr) => {
      resolve({ stdout, stderr });
    });
  });
}
