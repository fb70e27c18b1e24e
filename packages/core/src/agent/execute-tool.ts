import { createImageReader, imageKeeper } from '../images/read-image.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { checkOptions, type OptionChecks, option } from '../options.ts';
import { cancelledResult, executeCall } from '../tool/execute-call.ts';
import { prepareCall, textResult } from '../tool/prepare-call.ts';
import type { Tool } from '../tool/tool.ts';
import { toolSet } from '../tool/tool-set.ts';
import { type BlobStore, memoryBlobStore } from '../turns/blob-store.ts';
import type { ToolCall, ToolResult } from '../turns/turn.ts';

/** How a tool is executed outside of a run. */
export interface ExecuteToolOptions<Context> {
  /** The arguments as they were received; they are checked and repaired as in a run. */
  readonly arguments: JsonObject;
  readonly context: Context;
  readonly signal: AbortSignal;
  /** The id of the call, for the tool's `idempotencyKey`. */
  readonly callId: string;
  /** Gets the progress of the tool. */
  readonly onProgress?: ((value: JsonValue) => void) | undefined;
  /** Whether a call that needs approval may run. @default it is refused */
  readonly approve?: (() => boolean | Promise<boolean>) | undefined;
  /** Stores the images of the result. @default memoryBlobStore() */
  readonly blobs?: BlobStore | undefined;
}

const known: OptionChecks<ExecuteToolOptions<unknown>> = {
  arguments: option.any,
  context: option.any,
  signal: option.signal,
  callId: option.text,
  onProgress: option.func,
  approve: option.func,
  blobs: option.methods('a BlobStore, such as memoryBlobStore()', 'put', 'get'),
};

/**
 * Executes a tool outside of a run, such as for a server that offers tools to others: its arguments are checked, its timeout
 * applies, and its output is read as in a run. The result explains
 * what went wrong; only the tool's own `needsApproval`, `approve` and wrong options can make it reject. A tool that asks a human, or that has
 * no `execute`, gets the status `error`: only a run can wait for the answer.
 */
export async function executeTool<Context>(
  tool: Tool<Context>,
  options: ExecuteToolOptions<Context>,
): Promise<ToolResult> {
  checkOptions(options, { name: 'executeTool()', known });
  const { callId, context, signal, blobs = memoryBlobStore() } = options;
  const call: ToolCall = { id: callId, name: tool.name, arguments: options.arguments };
  const prepared = await prepareCall(call, toolSet([tool]));
  if (!prepared.runnable) return prepared.result;
  if (signal.aborted) return cancelledResult(call);
  const needsApproval =
    typeof tool.needsApproval === 'boolean'
      ? tool.needsApproval
      : await tool.needsApproval(prepared.input, { context, callId });
  if (needsApproval && !((await options.approve?.()) ?? false)) {
    return textResult(call, 'denied', `Tool "${tool.name}" needs the approval of a human.`);
  }
  if (tool.isOutside) return cannotWait(call);
  const keepImage = imageKeeper(createImageReader(blobs, undefined));
  const executing = executeCall(prepared, {
    context,
    runId: callId,
    signal,
    keepImage,
    attempt: 1,
  });
  while (true) {
    const { done, value } = await executing.next();
    if (done === true) return 'result' in value ? value.result : cannotWait(call);
    options.onProgress?.(value);
  }
}

function cannotWait(call: ToolCall): ToolResult {
  const text = `Tool "${call.name}" needs an answer of a human, which only a run of an agent can wait for.`;
  return textResult(call, 'error', text);
}
