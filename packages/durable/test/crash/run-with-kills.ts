import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { CrashJob, Kill } from './crash-child.ts';

/** How a process is ended: at a write to its store, or some milliseconds after it has started the run. */
export type PlannedKill = Kill | { readonly afterMs: number };

/** What a run did until its end, over all its processes. */
export interface CrashReport {
  /** How many processes were ended with SIGKILL. */
  readonly kills: number;
  /** Writes to the store of the last process. */
  readonly writes: number;
  /** The turns of the conversation, as JSON. */
  readonly end: string | undefined;
  /** The calls that were in doubt, once for each time. */
  readonly inDoubt: readonly string[];
  /** Rules that were broken. */
  readonly problems: readonly string[];
}

/** A folder for the program, in which it finds the libraries of this package. Remove it after use. */
export async function makeProgramFolder(): Promise<string> {
  return await mkdtemp(join(import.meta.dirname, 'program-'));
}

/** Compiles the program of the processes into one file, so that each starts fast. Returns its path. */
export async function buildCrashChild(
  folder: string,
  name: 'crash-child' | 'restate-worker' = 'crash-child',
): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    conditions: ['@turnwise/source'],
    external: ['@restatedev/*', 'libsql', 'sharp', '@opentelemetry/api'],
    // Included libraries in CommonJS call it.
    banner: {
      js: `import { createRequire as createRequireOfBundle } from 'node:module'; globalThis.require ??= createRequireOfBundle(${JSON.stringify(import.meta.filename)});`,
    },
  });
  return outfile;
}

/** Runs the job in one process after the other: each is ended as planned, and the last one is not ended. */
export async function runWithKills(
  program: string,
  plan: readonly PlannedKill[],
): Promise<CrashReport> {
  const folder = await mkdtemp(join(tmpdir(), 'turnwise-crash-'));
  const job: CrashJob = { file: join(folder, 'runs.db'), ledger: join(folder, 'ledger.txt') };
  try {
    let kills = 0;
    const problems: string[] = [];
    for (const kill of [...plan, undefined]) {
      const { signal, errors } = await startProcess(program, job, kill);
      if (errors !== '') problems.push(errors);
      if (signal !== 'SIGKILL') break;
      kills += 1;
    }
    return { kills, ...readLedger(await readFile(job.ledger, 'utf8'), problems) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function startProcess(
  program: string,
  job: CrashJob,
  kill: PlannedKill | undefined,
): Promise<{ readonly signal: string | null; readonly errors: string }> {
  const isAtWrite = kill !== undefined && 'write' in kill;
  const given = JSON.stringify(isAtWrite ? { ...job, kill } : job);
  const child = spawn(process.execPath, ['--no-warnings', program, given], {});
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdout.once('data', () => {
    if (kill !== undefined && 'afterMs' in kill)
      setTimeout(() => child.kill('SIGKILL'), kill.afterMs);
  });
  const signal = await new Promise<string | null>((resolve) => {
    child.on('close', (_code, ended) => resolve(ended));
  });
  return { signal, errors };
}

/** What the ledger of a run reports. */
export function readLedger(text: string, broken: readonly string[]): Omit<CrashReport, 'kills'> {
  const lines = text.split('\n');
  const count = (line: string) => lines.filter((each) => each === line).length;
  const repeated = lines.filter((line) => line.endsWith(' AGAIN'));
  const paid = ['1.1', '3.1', '5.1'].flatMap((id) =>
    count(`pay ${id}`) === 1 ? [] : [`the call ${id} was paid ${count(`pay ${id}`)} times`],
  );
  const ends = lines.filter((line) => line.startsWith('end '));
  return {
    writes: lines.filter((line) => line.startsWith('write ')).length,
    end: ends.at(-1),
    inDoubt: lines.filter((line) => line.startsWith('in-doubt ')),
    problems: [
      ...broken,
      ...repeated.map((line) => `a recorded effect was executed again: ${line}`),
      ...paid,
    ],
  };
}
