import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, type FaultQueue, findFault } from '../faults.ts';
import type { Json } from '../json.ts';

/** The faults of a stream's request, and a signal that aborts when the client disconnects. */
export interface StreamOptions {
  faults: readonly Fault[];
  queue: FaultQueue;
  signal: AbortSignal;
}

/** Sends chunks as server-sent events, then `[DONE]`. Applies the faults of the request. */
export async function sendEventStream(
  response: ServerResponse,
  chunks: readonly Json[],
  options: StreamOptions,
): Promise<void> {
  const { faults, signal } = options;
  const lineEnd = findFault(faults, 'crlf') === undefined ? '\n' : '\r\n';
  const write = (data: string) => response.write(`data: ${data}${lineEnd}${lineEnd}`);
  for (const [index, chunk] of chunks.entries()) {
    const hasEnded = await applyFaults(response, index, write, options);
    if (hasEnded || signal.aborted) return;
    write(JSON.stringify(chunk));
  }
  if (await applyFaults(response, chunks.length, write, options)) return;
  if (findFault(faults, 'no-done') === undefined) write('[DONE]');
  response.end();
}

/** Applies the faults that come before the chunk at `index`. Returns true if the stream has ended. */
async function applyFaults(
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

/** Waits until all written data was sent, so that the client receives it before the connection drops. */
function flushed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.write('', () => resolve());
  });
}
