import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Installs PostgreSQL if it is missing (Debian), starts a server on a free port of the loopback interface, and tests with it. */
const versions = '/usr/lib/postgresql';

async function findBinaries(): Promise<string | undefined> {
  const found = await readdir(versions).catch(() => []);
  const newest = found.toSorted((one, other) => Number(other) - Number(one))[0];
  return newest === undefined ? undefined : join(versions, newest, 'bin');
}

function run(command: string, given: readonly string[], uid?: number): void {
  const options = { stdio: 'inherit', ...(uid !== undefined && { uid }), cwd: tmpdir() } as const;
  const { status } = spawnSync(command, given, options);
  if (status !== 0) throw new Error(`${command} ${given[0]} has failed.`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

if ((await findBinaries()) === undefined) {
  run('apt-get', ['update', '-qq']);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql']);
}
const binaries = await findBinaries();
if (binaries === undefined) throw new Error(`PostgreSQL is not in ${versions}. Install it first.`);

// The server refuses to run as root.
const uid = userInfo().uid === 0 ? 65_534 : undefined;
const folder = await mkdtemp(join(tmpdir(), 'turnwise-postgres-'));
if (uid !== undefined) await chown(folder, uid, uid);
const data = join(folder, 'data');
run(join(binaries, 'initdb'), ['-D', data, '-U', 'app', '-A', 'trust', '--no-sync'], uid);
const port = await freePort();
const settings = [
  '-h',
  '127.0.0.1',
  '-p',
  String(port),
  '-k',
  folder,
  '-c',
  'log_min_messages=fatal',
];
const server = spawn(join(binaries, 'postgres'), ['-D', data, ...settings], {
  stdio: 'inherit',
  ...(uid !== undefined && { uid }),
});
try {
  const isReady = () =>
    spawnSync(join(binaries, 'pg_isready'), [
      '-q',
      '-U',
      'app',
      '-h',
      '127.0.0.1',
      '-p',
      String(port),
    ]).status === 0;
  while (server.exitCode === null && !isReady()) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const match = ['--testMatch', '**/test/postgres/*.check.ts'];
  const tests = spawn(process.execPath, [...jest, 'node_modules/jest/bin/jest.js', ...match], {
    stdio: 'inherit',
    env: { ...process.env, TURNWISE_POSTGRES_URL: `postgres://app@127.0.0.1:${port}/postgres` },
  });
  const [code] = await once(tests, 'close');
  process.exitCode = Number(code);
} finally {
  server.kill('SIGINT');
  if (server.exitCode === null) await once(server, 'close');
  await rm(folder, { recursive: true });
}
