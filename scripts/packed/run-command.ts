import { type ChildProcess, spawn } from 'node:child_process';

/** The folder of a command, and its variables in addition to those of this process. */
export interface Place {
  readonly folder: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Runs a command to its end and returns its output. Rejects with the output if it fails or takes more than half an hour. */
export async function runCommand(
  command: string,
  values: readonly string[],
  place: Place,
): Promise<string> {
  const child = startCommand(command, values, place);
  const timer = setTimeout(() => endCommand(child), 1_800_000);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (part) => {
      output += String(part);
    });
  }
  return await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${values.join(' ')} (exit code ${code}):\n${output}`));
    });
  }).finally(() => clearTimeout(timer));
}

/** Starts a command as the first of a group of processes; {@link endCommand} ends all of them. */
export function startCommand(
  command: string,
  values: readonly string[],
  { folder, variables }: Place,
): ChildProcess {
  // The loader and the conditions of this process are for its own sources.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return spawn(command, values, {
    cwd: folder,
    env: { ...env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

/** Ends a command and the processes that it has started. */
export function endCommand({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid);
  } catch {
    // It has ended.
  }
}
