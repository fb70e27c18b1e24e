import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { Figures, MeasuredTask } from './workload.ts';

const run = promisify(execFile);

/** A Node to measure with. */
export interface NodeBinary {
  readonly path: string;
  /** Such as `v24.21.0`. */
  readonly version: string;
}

/** The Node of a major version: the running one where it fits, else the one that npm's `node` package holds. */
export async function findNode(major: string | undefined): Promise<NodeBinary> {
  if (major === undefined || process.version.startsWith(`v${major}.`)) {
    return { path: process.execPath, version: process.version };
  }
  const print = 'console.log(JSON.stringify({ path: process.execPath, version: process.version }))';
  const { stdout } = await run('npx', ['-y', '-p', `node@${major}`, 'node', '-e', print]);
  return JSON.parse(stdout);
}

/** The mock server in a process of its own. */
export interface RunningServer {
  /** Up to and without the dialect, such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  stop(): void;
}

export function startServer(node: NodeBinary): Promise<RunningServer> {
  const file = new URL('./server/mock-server.js', import.meta.url).pathname;
  const child = spawn(node.path, [file], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The mock server ended with ${code}.`)));
    child.stdout?.once('data', (port: Buffer) =>
      resolve({
        origin: `http://127.0.0.1:${Number(port.toString())}`,
        stop: () => stop(child),
      }),
    );
  });
}

function stop(child: ChildProcess): void {
  child.removeAllListeners('exit');
  child.disconnect();
}

/** Runs one measured process and reads its figures. Rejects with what it wrote to stderr where it fails. */
export async function measure(
  node: NodeBinary,
  task: MeasuredTask,
  flags: readonly string[] = [],
): Promise<Figures> {
  const file = new URL('./measured-process.js', import.meta.url).pathname;
  const { stdout } = await run(node.path, [...flags, file, JSON.stringify(task)], {
    // What is measured is what a user gets who sets nothing.
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
}
