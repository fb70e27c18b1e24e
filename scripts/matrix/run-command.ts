import { spawn } from 'node:child_process';

/** Runs a command to its end and returns its output. Rejects with the output if it fails or takes more than half an hour. */
export async function runCommand(
  command: string,
  values: readonly string[],
  folder: string,
): Promise<string> {
  // The loader and the conditions of this process are for its own sources.
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(command, values, { cwd: folder, env, timeout: 1_800_000 });
  let output = '';
  child.stdout.on('data', (part) => {
    output += String(part);
  });
  child.stderr.on('data', (part) => {
    output += String(part);
  });
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} ${values.join(' ')} (exit code ${code}):\n${output}`));
    });
  });
}
