import { setTimeout as pause } from 'node:timers/promises';
import { LaneError } from '../setup/lane-error.ts';
import { isPortFree } from './is-port-free.ts';
import { readRecords, removeRecord, type ServerRecord } from './server-record.ts';

const stopLimitSeconds = 60;

/**
 * Ends the server on a port, or all that were started here if no port is given, and returns those
 * that were ended. Their ports are free then. Throws `server_failed` if one is not after a minute.
 */
export async function stopServers(port: number | undefined): Promise<ServerRecord[]> {
  const records = (await readRecords()).filter(
    ({ choice }) => port === undefined || choice.port === port,
  );
  // A llama-server that gets SIGTERM waits for its open requests and keeps the port meanwhile.
  for (const { processId } of records) process.kill(-processId, 'SIGKILL');
  for (const { choice } of records) {
    await waitUntilFree(choice.port);
    await removeRecord(choice.port);
  }
  return records;
}

/** The workers of vLLM hold the port for some seconds after its first process has ended. */
async function waitUntilFree(port: number): Promise<void> {
  const deadline = performance.now() + stopLimitSeconds * 1000;
  while (!(await isPortFree(port))) {
    if (performance.now() > deadline) {
      throw new LaneError(
        'server_failed',
        `Port ${port} is still in use ${stopLimitSeconds} seconds after its server was ended. ` +
          `Find the process with "ss -ltnp | grep ${port}" and end it.`,
      );
    }
    await pause(50);
  }
}
