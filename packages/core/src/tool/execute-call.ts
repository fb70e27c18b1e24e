import { EngineStop } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { ToolCall, ToolResult } from '../turns/turn.ts';
import { describeThrown, thrownToJson } from './describe-error.ts';
import { type PreparedCall, textResult } from './prepare-call.ts';
import { progressQueue } from './progress-queue.ts';
import { Questions } from './questions.ts';
import { startTimer } from './start-timer.ts';
import { type KeepImage, type ReadOutput, readOutput, type ToolOutput } from './tool-output.ts';

/** What the run passes to an execution. */
export interface ExecutionOptions<Context> {
  readonly context: Context;
  readonly runId: string;
  readonly signal: AbortSignal;
  /** Checks and stores the images of results. */
  readonly keepImage: KeepImage;
  /** 1, or more if the call is executed again: after a crash, or with the answer to its question. */
  readonly attempt: number;
  /** The answers to the questions of the tool, oldest first. */
  readonly answers?: readonly JsonValue[] | undefined;
}

/**
 * Executes a call that was checked, and yields its progress. If the tool throws, the result has the status `error`. Returns
 * when the tool has finished, its timeout has passed or the signal aborts, even if the tool ignores its own signal. Throws
 * only the reason of the signal, if that is an `EngineStop`: such a call has no result.
 */
export async function* executeCall<Context>(
  prepared: PreparedCall<Context>,
  options: ExecutionOptions<Context>,
): AsyncGenerator<JsonValue, ExecutedCall | AskedQuestion> {
  const startedAt = performance.now();
  if (options.signal.aborted) return { result: cancel(prepared.call, options), durationMs: 0 };
  const progress = progressQueue<JsonValue>();
  const stop = new AbortController();
  const questions = new Questions(options.answers);
  const executing = execute(prepared, options, { stop, questions, progress: progress.push });
  // A synchronous tool has already finished: it needs no timeout and cannot be cancelled.
  if (!isPromiseLike(executing)) {
    progress.close();
    for (const each of progress.take()) yield each;
    if (questions.open !== undefined) return questions.open;
    return { result: executing, durationMs: msSince(startedAt) };
  }
  const execution: Execution = { executing, signal: options.signal, stop };
  const settling = settle(prepared, execution, progress.close);
  while (await progress.hasMore()) {
    for (const each of progress.take()) yield each;
  }
  const result = await settling;
  if (result === undefined) throw options.signal.reason;
  // What the tool returned or threw after its question has no meaning.
  if (questions.open !== undefined && result.status !== 'cancelled') return questions.open;
  return { result, durationMs: msSince(startedAt) };
}

function cancel<Context>(call: ToolCall, { signal }: ExecutionOptions<Context>): ToolResult {
  if (signal.reason instanceof EngineStop) throw signal.reason;
  return cancelledResult(call);
}

function msSince(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}

/** A question that the tool asked: it is executed again with the answer. */
export interface AskedQuestion {
  readonly question: JsonValue;
}

/** The result of an execution. */
export interface ExecutedCall {
  readonly result: ToolResult;
  readonly durationMs: number;
}

interface Execution {
  readonly executing: PromiseLike<ToolResult>;
  /** The signal of the run. */
  readonly signal: AbortSignal;
  /** Aborts the signal of the tool. */
  readonly stop: AbortController;
}

/**
 * Resolves when the tool has finished, its timeout has passed or the run is aborted, with `undefined` if an engine stopped the
 * run. Removes its timer and listener.
 */
function settle<Context>(
  { call, tool: { timeoutMs } }: PreparedCall<Context>,
  { executing, signal, stop }: Execution,
  onSettled: () => void,
): Promise<ToolResult | undefined> {
  return new Promise((resolve) => {
    const finish = (result: ToolResult | undefined) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      onSettled();
      resolve(result);
    };
    const giveUp = (result: ToolResult | undefined) => {
      finish(result);
      stop.abort();
    };
    const cancel = () =>
      giveUp(signal.reason instanceof EngineStop ? undefined : cancelledResult(call));
    const endTime = () => giveUp(timedOutResult(call, timeoutMs));
    const timer = startTimer(endTime, timeoutMs);
    signal.addEventListener('abort', cancel);
    // The tool may have aborted the run before it returned its promise.
    if (signal.aborted) cancel();
    void executing.then(finish);
  });
}

interface Inside {
  readonly stop: AbortController;
  readonly questions: Questions;
  readonly progress: (value: JsonValue) => void;
}

/** Never throws or rejects. */
function execute<Context>(
  prepared: PreparedCall<Context>,
  { context, runId, keepImage, attempt }: ExecutionOptions<Context>,
  { stop, questions, progress }: Inside,
): ToolResult | PromiseLike<ToolResult> {
  const { call, tool, input } = prepared;
  const fail = (thrown: unknown) => failedResult(prepared, thrown);
  const keep: Keep = (source) => keepImage(source, stop.signal);
  try {
    const output = tool.execute(input, {
      context,
      // Node creates a signal when it is read, and most tools that are synchronous never read it.
      get signal() {
        return stop.signal;
      },
      runId,
      callId: call.id,
      idempotencyKey: `${runId}/${call.id}`,
      attempt,
      progress,
      ask: questions.ask,
    });
    return isPromiseLike(output)
      ? Promise.resolve(output)
          .then((done) => toResult(prepared, done, keep))
          .catch(fail)
      : catchLate(toResult(prepared, output, keep), fail);
  } catch (thrown) {
    return fail(thrown);
  }
}

type Keep = Parameters<typeof readOutput>[1];

/** The result for a value that the tool would return. If it cannot be one, the result has the status `error`. */
export function convertOutput<Context>(
  prepared: PreparedCall<Context>,
  output: ToolOutput,
  keep: Keep,
): ToolResult | Promise<ToolResult> {
  const fail = (thrown: unknown) => failedResult(prepared, thrown);
  try {
    return catchLate(toResult(prepared, output, keep), fail);
  } catch (thrown) {
    return fail(thrown);
  }
}

/** Throws or rejects if the output cannot be converted to a result. */
function toResult<Context>(
  prepared: PreparedCall<Context>,
  output: ToolOutput,
  keep: Keep,
): ToolResult | Promise<ToolResult> {
  const { call, tool } = prepared;
  const finish = ({ status, parts, forApp }: ReadOutput): ToolResult => ({
    callId: call.id,
    name: call.name,
    status,
    parts,
    maxChars: tool.maxResultChars,
    ...(forApp === undefined ? {} : { forApp }),
  });
  const read = readOutput(output, keep);
  return isPromiseLike(read) ? read.then(finish) : finish(read);
}

/** Images of a tool that is synchronous may be read later. */
function catchLate(
  result: ToolResult | Promise<ToolResult>,
  fail: (thrown: unknown) => ToolResult,
): ToolResult | Promise<ToolResult> {
  return isPromiseLike(result) ? Promise.resolve(result).catch(fail) : result;
}

/** The model gets the message; the program also gets the code and the causes. */
function failedResult<Context>({ call, tool }: PreparedCall<Context>, thrown: unknown): ToolResult {
  const text = `Tool "${call.name}" failed: ${describeThrown(thrown)}`;
  const forApp = { error: thrownToJson(thrown) };
  return { ...textResult(call, 'error', text), maxChars: tool.maxResultChars, forApp };
}

function timedOutResult(call: ToolCall, timeoutMs: number): ToolResult {
  return textResult(call, 'timeout', `Tool "${call.name}" did not finish within ${timeoutMs} ms.`);
}

/** The result of a call that did not run or did not finish because the run was stopped. */
export function cancelledResult(call: ToolCall): ToolResult {
  return textResult(call, 'cancelled', 'The run was stopped before this call finished.');
}
