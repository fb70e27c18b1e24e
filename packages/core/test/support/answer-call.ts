import type { JsonObject, JsonValue } from '../../src/json.ts';
import { type CallOptions, callTool } from '../../src/tool/call-tool.ts';
import type { Tool } from '../../src/tool/tool.ts';
import { toolSet } from '../../src/tool/tool-set.ts';
import { memoryBlobStore } from '../../src/turns/blob-store.ts';
import { type ToolCall, type ToolResult, textOf } from '../../src/turns/turn.ts';

/** What became of one call. */
export interface AnsweredCall {
  readonly result: ToolResult;
  readonly status: ToolResult['status'];
  /** What the model is told. */
  readonly text: string;
  readonly progress: readonly JsonValue[];
}

/** Calls one tool outside of a run. */
export async function answerCall<Context = unknown>(
  tool: Tool<Context>,
  input: JsonObject = {},
  {
    name = tool.name,
    unreadable,
    ...options
  }: Partial<CallOptions<Context>> & Pick<Partial<ToolCall>, 'name' | 'unreadable'> = {},
): Promise<AnsweredCall> {
  const call: ToolCall = {
    id: '1.0',
    name,
    arguments: input,
    ...(unreadable === undefined ? {} : { unreadable }),
  };
  const calling = callTool(call, toolSet([tool]), {
    context: undefined as Context,
    runId: 'run',
    signal: new AbortController().signal,
    blobs: memoryBlobStore(),
    attempt: 1,
    ...options,
  });
  const progress: JsonValue[] = [];
  while (true) {
    const next = await calling.next();
    if (next.done !== true) {
      progress.push(next.value);
      continue;
    }
    const result = next.value;
    return { result, status: result.status, text: textOf(result.parts), progress };
  }
}
