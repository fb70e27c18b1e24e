import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { TurnwiseError } from '@turnwise/core';
import { checkOptions, option } from '@turnwise/core/model';
import { restateProgram } from './restate-program.ts';

/** A server of Restate on the loopback interface. */
export interface RestateServer {
  /** The address of its ingress, for `restate()`. */
  readonly ingress: string;
  /** The address of its admin API, for `restate()`. */
  readonly admin: string;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

/** Milliseconds that a server may take to start. */
const startMs = 60_000;

/**
 * Starts a server of Restate (licence BSL 1.1) on free ports of the loopback interface, with its data in a temporary folder. The
 * program comes from the npm package `@restatedev/restate-server`: the one that the project in the folder `from` has installed, or
 * else one that the first call installs into a cache folder of the user (216 MB). Returns `undefined` if the package has no program for this
 * platform. Throws `invalid_options` if the package cannot be installed or does not start.
 *
 * @example
 * const server = await startRestateServer();
 */
export async function startRestateServer(
  options: { readonly from?: string | undefined } = {},
): Promise<RestateServer | undefined> {
  checkOptions(options, { name: 'startRestateServer()', known: { from: option.text } });
  const program = restateProgram(options.from ?? process.cwd());
  if (program === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'turnwise-restate-'));
  const ports = { ingress: await freePort(), admin: await freePort(), node: await freePort() };
  const server = spawn(program, ['--no-logo'], {
    cwd: folder,
    env: {
      ...process.env,
      RESTATE_BASE_DIR: folder,
      RESTATE_BIND_IP: '127.0.0.1',
      RESTATE_LISTEN_MODE: 'tcp',
      RESTATE_BIND_PORT: String(ports.node),
      RESTATE_INGRESS__BIND_PORT: String(ports.ingress),
      RESTATE_ADMIN__BIND_PORT: String(ports.admin),
      RESTATE_ADMIN__DISABLE_WEB_UI: 'true',
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LOG_FILTER: 'error',
      RESTATE_DEFAULT_NUM_PARTITIONS: '4',
      RESTATE_ROCKSDB_TOTAL_MEMORY_SIZE: '256 MiB',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = () => void server.kill('SIGKILL');
  process.once('exit', end);
  const close = async () => {
    process.off('exit', end);
    await endProcess(server);
    await rm(folder, { recursive: true, force: true });
  };
  const ingress = `http://127.0.0.1:${ports.ingress}`;
  const admin = `http://127.0.0.1:${ports.admin}`;
  try {
    await untilReady(server, [`${ingress}/restate/health`, `${admin}/health`]);
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return { ingress, admin, close };
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

async function untilReady(server: ChildProcess, urls: readonly string[]): Promise<void> {
  let printed = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream?.on('data', (chunk) => {
      printed = `${printed}${chunk}`.slice(-2000);
    });
  }
  let failure: Error | undefined;
  server.once('error', (error) => {
    failure = error;
  });
  const until = Date.now() + startMs;
  while (Date.now() < until && server.exitCode === null && failure === undefined) {
    if (await areHealthy(urls)) return;
    await setTimeout(50);
  }
  throw new TurnwiseError(
    'invalid_options',
    `The server of Restate did not start. Its last output: ${failure?.message ?? printed}`,
  );
}

async function areHealthy(urls: readonly string[]): Promise<boolean> {
  const looks = urls.map(async (url) => (await fetch(url)).ok);
  return (await Promise.all(looks).catch(() => [false])).every(Boolean);
}

async function endProcess(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await ended;
}
