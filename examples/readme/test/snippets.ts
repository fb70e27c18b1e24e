import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder that every page is read from, and every program started in. */
export const root = join(import.meta.dirname, '../../..');

/** The fenced blocks of a page that are in one language, in order. */
export function blocksOf(page: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm');
  return [...page.matchAll(fence)].map(([, block = '']) => block);
}

/** Makes a folder with programs, by name, and what the compiler needs. It lies in this package, so that they find what they import. */
export async function writePrograms(programs: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(import.meta.dirname, '../snippets-'));
  const options = {
    extends: '../../../tsconfig.json',
    // Tests that compile side by side must not share a build info file.
    compilerOptions: { incremental: false, tsBuildInfoFile: null },
    include: ['*.ts'],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(options));
  for (const [name, text] of Object.entries(programs)) await writeFile(join(folder, name), text);
  return folder;
}

/** What a program has printed. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Compiles a folder of {@link writePrograms}. */
export function compile(folder: string): Promise<Printed> {
  return execute(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder]);
}

/** Runs a program in TypeScript whose model is at `url`. */
export function run(program: string, url: string): Promise<Printed> {
  const given = ['--conditions', '@turnwise/source', '--import', 'tsx', program];
  return execute(process.execPath, given, { TURNWISE_BASE_URL: url });
}

/** Runs a program to its end, whatever its exit code; a failure is told on stderr or stdout. */
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
