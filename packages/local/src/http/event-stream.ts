import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, type FaultQueue, findFault } from '../faults.ts';
import type { Json } from '../json.ts';

/** How a stream is sent: the faults of its request, and when its client has left. */
export interface StreamOptions {
  faults: readonly Fault[];
  queue: FaultQueue;
  signal: AbortSignal;
}

/** Sends chunks as server-sent events and ends with `[DONE]`, unless a fault says otherwise. */
export async function sendEventStream(
  response: ServerResponse,
  chunks: readonly Json[],
  options: StreamOptions,
): Promise<void> {
  const { faults, signal } = options;
  const lineEnd = findFault(faults, 'crlf') === undefined ? '\n' : '\r\n';
  const write = (data: string) => response.write(`data: ${data}${lineEnd}${lineEnd}`);
  for (const [index, chunk] of chunks.entries()) {
    const isOver = await strike(response, index, write, options);
    if (isOver || signal.aborted) return;
    write(JSON.stringify(chunk));
  }
  if (await strike(response, chunks.length, write, options)) return;
  if (findFault(faults, 'no-done') === undefined) write('[DONE]');
  response.end();
}

/** Lets the faults act before the chunk at `index`; `true` where nothing more may be sent. */
async function strike(
  response: ServerResponse,
  index: number,
  write: (data: string) => void,
  { faults, queue, signal }: StreamOptions,
): Promise<boolean> {
  const slow = findFault(faults, 'slow-tokens');
  if (slow !== undefined) await delay(slow.delayMs, undefined, { signal }).catch(() => undefined);
  const stall = findFault(faults, 'stall-stream');
  if (stall !== undefined && index === (stall.afterChunks ?? 1)) await queue.stall(signal);
  const broken = findFault(faults, 'stream-error');
  if (broken !== undefined && index === (broken.afterChunks ?? 1)) {
    const message = broken.message ?? 'EngineCore encountered an issue.';
    write(JSON.stringify({ error: { message, type: 'InternalServerError', code: 500 } }));
    write('[DONE]');
    response.end();
    return true;
  }
  const drop = findFault(faults, 'drop-stream');
  if (drop !== undefined && index === (drop.afterChunks ?? 1)) {
    await flushed(response);
    response.destroy();
    return true;
  }
  return signal.aborted;
}

/** Waits until what was written has left the process, so that a dropped stream drops after it. */
function flushed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.write('', () => resolve());
  });
}
