import { chmod, copyFile, mkdir, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseCommand, type ServerChoice } from '../src/parse-command.ts';
import { stopServers } from '../src/serve/stop-servers.ts';
import { startLane } from '../src/start-lane.ts';
import { weights } from '../src/weights/weights.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const environment = { ...process.env };
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
  process.env.TURNWISE_REAL_CACHE = folder.path;
  process.env.PATH = [join(folder.path, 'bin'), environment.PATH].join(delimiter);
  await mkdir(join(folder.path, 'bin'));
  const program = join(folder.path, 'bin', 'llama-server');
  await copyFile(join(import.meta.dirname, 'support', 'fake-llama-server.mjs'), program);
  await chmod(program, 0o755);
  await mkdir(join(folder.path, 'weights'));
  const gguf = join(folder.path, 'weights', weights.qwen.file);
  await writeFile(gguf, '');
  // A file of the right size that takes no space on the disk.
  await truncate(gguf, weights.qwen.bytes);
});

afterEach(async () => {
  await stopServers(undefined);
  process.env = { ...environment };
  await folder.remove();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function choice(...given: string[]): Promise<ServerChoice> {
  const command = parseCommand(['up', '--port', String(await freePort()), ...given]);
  if (command.kind !== 'up') throw new Error('Expected "up".');
  return command.choice;
}

describe('a server of the lane', () => {
  test('answers for its model at the base URL, and is found by a second call', async () => {
    const chosen = await choice();
    const url = await startLane(chosen);
    expect(url).toBe(`http://127.0.0.1:${chosen.port}/v1`);
    const models = await fetch(`${url}/models`);
    expect(await models.json()).toEqual({ data: [{ id: 'qwen2.5-coder-1.5b-instruct' }] });
    expect(await startLane(chosen)).toBe(url);
    expect(await stopServers(undefined)).toHaveLength(1);
  });

  test('is ended by "down", which then finds no other', async () => {
    const chosen = await choice();
    const url = await startLane(chosen);
    expect(await stopServers(chosen.port)).toMatchObject([{ choice: chosen }]);
    await expect(fetch(`${url}/models`)).rejects.toThrow();
    expect(await stopServers(undefined)).toEqual([]);
  });

  test('does not take the place of another one on the same port', async () => {
    const chosen = await choice();
    await startLane(chosen);
    await expect(startLane({ ...chosen, context: 4096 })).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringContaining(`pnpm real down --port ${chosen.port}`),
    });
  });

  test('is not started on a port that another program uses', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      await expect(startLane({ ...(await choice()), port })).rejects.toMatchObject({
        code: 'port_in_use',
      });
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test('that ends while it starts is reported with the end of its log', async () => {
    await expect(startLane(await choice('--template', 'gemma-pythonic'))).rejects.toMatchObject({
      code: 'server_failed',
      message: expect.stringMatching(/exit code 7[\s\S]*cannot parse the template/),
    });
    expect(await stopServers(undefined)).toEqual([]);
  });

  test('is not prepared while another process prepares the same cache', async () => {
    await writeFile(join(folder.path, 'lock'), String(process.ppid));
    await expect(startLane(await choice())).rejects.toMatchObject({ code: 'locked' });
  });

  test('is prepared in spite of a lock that an ended process left', async () => {
    await writeFile(join(folder.path, 'lock'), '999999999');
    const chosen = await choice();
    expect(await startLane(chosen)).toContain(String(chosen.port));
  });
});
