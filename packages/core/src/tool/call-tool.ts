import { toError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import type { ToolCall, ToolResult } from '../turns/turn.ts';
import { type PreparedCall, prepareCall, textResult } from './prepare-call.ts';
import { progressQueue } from './progress-queue.ts';
import { readOutput } from './tool-output.ts';
import type { ToolSet } from './tool-set.ts';

/** What an execution is given by the run. */
export interface CallOptions<Context> {
  readonly context: Context;
  readonly runId: string;
  readonly signal: AbortSignal;
  /** Where images in results go. */
  readonly blobs: BlobStore;
  /** 1, or more where the call is executed again after a crash. */
  readonly attempt: number;
}

/**
 * Answers a call: checks it, executes it, and yields its progress. Never rejects: an unknown tool, bad arguments,
 * a throwing or a slow tool are results with a `status`.
 */
export async function* callTool<Context>(
  call: ToolCall,
  tools: ToolSet<Context>,
  options: CallOptions<Context>,
): AsyncGenerator<JsonValue, ToolResult> {
  const prepared = await prepareCall(call, tools);
  return prepared.runnable ? yield* executeCall(prepared, options) : prepared.result;
}

/**
 * Executes a call that was checked, and yields its progress. Never rejects. Returns when the tool does, when its time
 * is up or when the signal aborts, whichever is first: a tool that ignores its signal does not hold the run.
 */
export async function* executeCall<Context>(
  prepared: PreparedCall<Context>,
  options: CallOptions<Context>,
): AsyncGenerator<JsonValue, ToolResult> {
  const { call, tool } = prepared;
  if (options.signal.aborted) return cancelledResult(call);
  const progress = progressQueue<JsonValue>();
  const stop = new AbortController();
  const result = Promise.race([
    execute(prepared, options, stop.signal, progress.push),
    outOfTime(call, tool.timeoutMs, stop),
    cancelled(call, options.signal, stop),
  ]);
  const cleanUp = () => {
    progress.close();
    stop.abort();
  };
  result.then(cleanUp, cleanUp);
  yield* progress.drain();
  return await result;
}

async function execute<Context>(
  { call, tool, input }: PreparedCall<Context>,
  { context, runId, blobs, attempt }: CallOptions<Context>,
  signal: AbortSignal,
  progress: (value: JsonValue) => void,
): Promise<ToolResult> {
  try {
    const output = await tool.execute(input, {
      context,
      signal,
      runId,
      callId: call.id,
      idempotencyKey: `${runId}/${call.id}`,
      attempt,
      progress,
    });
    const { parts, forApp } = readOutput(output, blobs);
    const result: ToolResult = {
      callId: call.id,
      name: call.name,
      status: 'ok',
      parts,
      maxChars: tool.maxResultChars,
    };
    return forApp === undefined ? result : { ...result, forApp };
  } catch (thrown) {
    const { message } = toError(thrown);
    return textResult(call, 'error', `Tool "${tool.name}" failed: ${message}`);
  }
}

/** Milliseconds, some 25 days: a timer that is set for longer fires at once (Node, setTimeout). */
const longestTimer = 2 ** 31 - 1;

function outOfTime(call: ToolCall, timeoutMs: number, stop: AbortController): Promise<ToolResult> {
  return new Promise((resolve) => {
    if (timeoutMs > longestTimer) return;
    const timer = setTimeout(() => {
      resolve(
        textResult(call, 'timeout', `Tool "${call.name}" did not finish in ${timeoutMs} ms.`),
      );
    }, timeoutMs);
    stop.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}

function cancelled(
  call: ToolCall,
  signal: AbortSignal,
  stop: AbortController,
): Promise<ToolResult> {
  return new Promise((resolve) => {
    const cancel = () => resolve(cancelledResult(call));
    signal.addEventListener('abort', cancel, { once: true });
    stop.signal.addEventListener('abort', () => signal.removeEventListener('abort', cancel), {
      once: true,
    });
  });
}

/** What a call is answered that never ran, or did not finish, because the run was stopped. */
export function cancelledResult(call: ToolCall): ToolResult {
  return textResult(call, 'cancelled', 'The run was stopped before this call finished.');
}
