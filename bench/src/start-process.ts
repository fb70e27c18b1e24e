import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { Figures, MeasuredTask } from './workload.ts';

const run = promisify(execFile);

/** A Node executable. */
export interface NodeBinary {
  readonly path: string;
  /** The version, such as `v24.21.0`. */
  readonly version: string;
}

/** Finds Node of a major version: the running one if it fits, else the one in npm's `node` package. */
export async function findNode(major: string | undefined): Promise<NodeBinary> {
  if (major === undefined || process.version.startsWith(`v${major}.`)) {
    return { path: process.execPath, version: process.version };
  }
  const print = 'console.log(JSON.stringify({ path: process.execPath, version: process.version }))';
  const { stdout } = await run('npx', ['-y', '-p', `node@${major}`, 'node', '-e', print]);
  return JSON.parse(stdout);
}

/** The mock server in a separate process. */
export interface RunningServer {
  /** The address without the dialect, such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  stop(): void;
}

export function startServer(node: NodeBinary): Promise<RunningServer> {
  const file = new URL('./server/mock-server.js', import.meta.url).pathname;
  const child = spawn(node.path, [file], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The mock server exited with code ${code}.`)));
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

/** Runs one measured process and reads its figures. If it fails, rejects with the text that it wrote to stderr. */
export async function measure(
  node: NodeBinary,
  task: MeasuredTask,
  flags: readonly string[] = [],
): Promise<Figures> {
  const file = new URL('./measured-process.js', import.meta.url).pathname;
  const { stdout } = await run(node.path, [...flags, file, JSON.stringify(task)], {
    // Without other variables, the measured programs use their default settings.
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
}
