import { toError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import type { ToolCall, ToolResult } from '../turns/turn.ts';
import { type PreparedCall, prepareCall, textResult } from './prepare-call.ts';
import { progressQueue } from './progress-queue.ts';
import { startTimer } from './start-timer.ts';
import { readOutput, type ToolOutput } from './tool-output.ts';
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
  if (!prepared.runnable) return prepared.result;
  const { result } = yield* executeCall(prepared, options);
  return result;
}

/**
 * Executes a call that was checked, and yields its progress. Never rejects. Returns when the tool does, when its time
 * is up or when the signal aborts, whichever is first: a tool that ignores its signal does not hold the run.
 */
export async function* executeCall<Context>(
  prepared: PreparedCall<Context>,
  options: CallOptions<Context>,
): AsyncGenerator<JsonValue, ExecutedCall> {
  const startedAt = performance.now();
  if (options.signal.aborted) return { result: cancelledResult(prepared.call), durationMs: 0 };
  const progress = progressQueue<JsonValue>();
  const stop = new AbortController();
  const executing = execute(prepared, options, stop.signal, progress.push);
  // A tool that answers at once has said everything: it can neither be late nor be cancelled.
  if (!isPromiseLike(executing)) {
    progress.close();
    for (const each of progress.take()) yield each;
    return { result: executing, durationMs: msSince(startedAt) };
  }
  const execution: Execution = { executing, signal: options.signal, stop };
  const settling = settle(prepared, execution, progress.close);
  while (await progress.hasMore()) {
    for (const each of progress.take()) yield each;
  }
  return { result: await settling, durationMs: msSince(startedAt) };
}

function msSince(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}

/** What an execution came to. */
export interface ExecutedCall {
  readonly result: ToolResult;
  readonly durationMs: number;
}

interface Execution {
  readonly executing: PromiseLike<ToolResult>;
  /** The run's. */
  readonly signal: AbortSignal;
  /** The tool's. */
  readonly stop: AbortController;
}

/** Resolves with what is first: the tool's result, the end of its time, or the run's abort. Leaves no timer or listener. */
function settle<Context>(
  { call, tool: { timeoutMs } }: PreparedCall<Context>,
  { executing, signal, stop }: Execution,
  onSettled: () => void,
): Promise<ToolResult> {
  return new Promise((resolve) => {
    const finish = (result: ToolResult) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      onSettled();
      resolve(result);
    };
    const giveUp = (result: ToolResult) => {
      finish(result);
      stop.abort();
    };
    const cancel = () => giveUp(cancelledResult(call));
    const endTime = () => giveUp(timedOutResult(call, timeoutMs));
    const timer = startTimer(endTime, timeoutMs);
    signal.addEventListener('abort', cancel);
    // The tool itself may have aborted the run before its first wait.
    if (signal.aborted) cancel();
    void executing.then(finish);
  });
}

/** Never throws or rejects. */
function execute<Context>(
  prepared: PreparedCall<Context>,
  { context, runId, blobs, attempt }: CallOptions<Context>,
  signal: AbortSignal,
  progress: (value: JsonValue) => void,
): ToolResult | PromiseLike<ToolResult> {
  const { call, tool, input } = prepared;
  const fail = (thrown: unknown) => failedResult(call, thrown);
  try {
    const output = tool.execute(input, {
      context,
      signal,
      runId,
      callId: call.id,
      idempotencyKey: `${runId}/${call.id}`,
      attempt,
      progress,
    });
    return isPromiseLike(output)
      ? Promise.resolve(output)
          .then((done) => toResult(prepared, done, blobs))
          .catch(fail)
      : toResult(prepared, output, blobs);
  } catch (thrown) {
    return fail(thrown);
  }
}

/** Throws where the output cannot be said. */
function toResult<Context>(
  { call, tool }: PreparedCall<Context>,
  output: ToolOutput,
  blobs: BlobStore,
): ToolResult {
  const { parts, forApp } = readOutput(output, blobs);
  const result: ToolResult = {
    callId: call.id,
    name: call.name,
    status: 'ok',
    parts,
    maxChars: tool.maxResultChars,
  };
  return forApp === undefined ? result : { ...result, forApp };
}

function failedResult(call: ToolCall, thrown: unknown): ToolResult {
  return textResult(call, 'error', `Tool "${call.name}" failed: ${toError(thrown).message}`);
}

function timedOutResult(call: ToolCall, timeoutMs: number): ToolResult {
  return textResult(call, 'timeout', `Tool "${call.name}" did not finish in ${timeoutMs} ms.`);
}

/** What a call is answered that never ran, or did not finish, because the run was stopped. */
export function cancelledResult(call: ToolCall): ToolResult {
  return textResult(call, 'cancelled', 'The run was stopped before this call finished.');
}
