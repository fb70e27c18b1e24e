import { toError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import type { ToolCall, ToolResult } from '../turns/turn.ts';
import { type PreparedCall, prepareCall, textResult } from './prepare-call.ts';
import { type ProgressQueue, progressQueue } from './progress-queue.ts';
import { startTimer } from './start-timer.ts';
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
  if (options.signal.aborted) return cancelledResult(prepared.call);
  const progress = progressQueue<JsonValue>();
  const result = settle(prepared, options, progress);
  yield* progress.drain();
  return await result;
}

/** Resolves with what is first: the tool's result, the end of its time, or the run's abort. Leaves no timer or listener. */
function settle<Context>(
  prepared: PreparedCall<Context>,
  options: CallOptions<Context>,
  progress: ProgressQueue<JsonValue>,
): Promise<ToolResult> {
  const { call, tool } = prepared;
  const { timeoutMs } = tool;
  return new Promise((resolve) => {
    const stop = new AbortController();
    const finish = (result: ToolResult) => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', cancel);
      progress.close();
      resolve(result);
    };
    const giveUp = (result: ToolResult) => {
      finish(result);
      stop.abort();
    };
    const cancel = () => giveUp(cancelledResult(call));
    const endTime = () => giveUp(timedOutResult(call, timeoutMs));
    const timer = startTimer(endTime, timeoutMs);
    options.signal.addEventListener('abort', cancel);
    void execute(prepared, options, stop.signal, progress.push).then(finish);
  });
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

function timedOutResult(call: ToolCall, timeoutMs: number): ToolResult {
  return textResult(call, 'timeout', `Tool "${call.name}" did not finish in ${timeoutMs} ms.`);
}

/** What a call is answered that never ran, or did not finish, because the run was stopped. */
export function cancelledResult(call: ToolCall): ToolResult {
  return textResult(call, 'cancelled', 'The run was stopped before this call finished.');
}
