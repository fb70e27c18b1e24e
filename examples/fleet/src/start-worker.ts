import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { WorkerJob } from './worker.ts';

/** A process that executes runs. */
export interface Worker {
  readonly port: number;
  /** Resolves when the worker prints a line that begins with this text. */
  printed(start: string): Promise<void>;
  /** Ends it with SIGKILL: it cannot clean up. */
  kill(): void;
}

/** Starts a worker in its own process, with each of its lines passed to `report`. */
export async function startWorker(
  job: Omit<WorkerJob, 'port' | 'url'> & { readonly url?: string },
  {
    variables,
    report,
  }: {
    readonly variables: Readonly<Record<string, string | undefined>>;
    readonly report: (line: string) => void;
  },
): Promise<Worker> {
  const port = await freePort();
  const given = JSON.stringify({ url: `http://127.0.0.1:${port}`, ...job, port });
  const tsx = ['--conditions', '@turnwise/source', '--import', 'tsx'];
  const child = spawn(process.execPath, [...tsx, join(import.meta.dirname, 'worker.ts'), given], {
    cwd: import.meta.dirname,
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed = watchLines(child, report);
  return { port, printed, kill: () => void child.kill('SIGKILL') };
}

function watchLines(child: ChildProcess, report: (line: string) => void): Worker['printed'] {
  const lines: string[] = [];
  const waiting = new Map<string, () => void>();
  let hasEnded = false;
  const check = () => {
    for (const [start, resolve] of waiting) {
      if (hasEnded || lines.some((line) => line.startsWith(start))) resolve();
    }
  };
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    lines.push(line);
    report(line);
    check();
  });
  child.on('close', () => {
    hasEnded = true;
    check();
  });
  return async (start) =>
    await new Promise((resolve) => {
      waiting.set(start, resolve);
      check();
    });
}

async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}
