import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { LaneError } from './lane-error.ts';

const linesInAnError = 15;

/** How to install a program that this folder runs, for the error if it is missing. */
const cures: Readonly<Record<string, string>> = {
  python3: 'apt-get install python3 python3-pip python3-venv',
  cmake: 'apt-get install cmake',
  ninja: 'apt-get install ninja-build',
  'c++': 'apt-get install g++',
  npm: 'It is a part of Node.js: https://nodejs.org',
  tar: 'apt-get install tar',
};

export interface ProgramOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with each line of stdout and stderr as it arrives. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program to its end and returns what it wrote to stdout. Throws `program_missing` with the
 * command that installs it, or `program_failed` with the end of its output.
 */
export async function runProgram(
  program: string,
  programArguments: readonly string[],
  { cwd, environment = {}, onLine = () => {} }: ProgramOptions = {},
): Promise<string> {
  const child = spawn(program, programArguments, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const recent: string[] = [];
  const output: string[] = [];
  const keep = (line: string): void => {
    recent.push(line);
    if (recent.length > linesInAnError) recent.shift();
    onLine(line);
  };
  createInterface(child.stderr).on('line', keep);
  createInterface(child.stdout).on('line', (line) => {
    output.push(line);
    keep(line);
  });
  const ending = await new Promise<string | undefined>((resolve, reject) => {
    child.once('error', (cause) => reject(toMissingProgram(program, cause)));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : signal === null ? `exit code ${code}` : `signal ${signal}`),
    );
  });
  if (ending === undefined) return output.join('\n');
  throw new LaneError(
    'program_failed',
    `"${[program, ...programArguments].join(' ')}" ended with ${ending}. Its last lines:\n${recent.join('\n')}`,
  );
}

/** Throws `program_missing` if one of these programs cannot be started, or if `python3` has no pip. */
export async function requirePrograms(...programs: string[]): Promise<void> {
  for (const program of programs) await runProgram(program, ['--version']);
  if (programs.includes('python3')) await requirePip();
}

async function requirePip(): Promise<void> {
  try {
    await runProgram('python3', ['-m', 'pip', '--version']);
  } catch (cause) {
    throw new LaneError('program_missing', `"python3" has no pip. Install it: ${cures.python3}`, {
      cause,
    });
  }
}

function toMissingProgram(program: string, cause: Error): LaneError {
  const cure = cures[program] ?? 'Put it on PATH.';
  return new LaneError(
    'program_missing',
    `"${program}" could not be started (${cause.message}). Install it: ${cure}`,
    { cause },
  );
}
