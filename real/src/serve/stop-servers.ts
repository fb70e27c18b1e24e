import { setTimeout as pause } from 'node:timers/promises';
import { isServerRunning, readRecords, removeRecord, type ServerRecord } from './server-record.ts';

/** Ends the server on a port, or all that were started here if no port is given. Returns those that were ended. */
export async function stopServers(port: number | undefined): Promise<ServerRecord[]> {
  const records = (await readRecords()).filter(
    ({ choice }) => port === undefined || choice.port === port,
  );
  // A llama-server that gets SIGTERM waits for its open requests and keeps the port meanwhile.
  for (const { processId } of records) process.kill(-processId, 'SIGKILL');
  for (const record of records) {
    while (await isServerRunning(record)) await pause(20);
    await removeRecord(record.choice.port);
  }
  return records;
}
