import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerChoice } from '../parse-command.ts';
import { cachePath } from '../setup/cache-folder.ts';
import { isRunning } from '../setup/is-running.ts';

/** A server that was started and not stopped by this folder. */
export interface ServerRecord {
  readonly processId: number;
  readonly choice: ServerChoice;
}

/** Where the output of the server on this port goes. */
export async function logFile(port: number): Promise<string> {
  return join(await cachePath('servers'), `${port}.log`);
}

/** Every recorded server whose process is still running. */
export async function readRecords(): Promise<ServerRecord[]> {
  const folder = await cachePath('servers');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const records = await Promise.all(
    files.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))),
  );
  const running: ServerRecord[] = [];
  for (const record of records) if (await isServerRunning(record)) running.push(record);
  return running;
}

/** Stores which process serves a port. */
export async function writeRecord(record: ServerRecord): Promise<void> {
  await writeFile(await recordFile(record.choice.port), JSON.stringify(record));
}

/** Removes the record of a server that was stopped. */
export async function removeRecord(port: number): Promise<void> {
  await rm(await recordFile(port), { force: true });
}

async function recordFile(port: number): Promise<string> {
  return join(await cachePath('servers'), `${port}.json`);
}

/** Whether the process runs and is still the server: after a restart of the machine its id may belong to another one. */
async function isServerRunning({ processId }: ServerRecord): Promise<boolean> {
  if (!isRunning(processId)) return false;
  // Only Linux has this file, which is empty for a process that was ended. Elsewhere the id has to do.
  const line = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => undefined);
  return line === undefined || /llama-server|vllm/i.test(line);
}
