import { z } from 'zod';
import { createImageReader, imageKeeper } from '../../src/images/read-image.ts';
import type { JsonObject, JsonValue } from '../../src/json.ts';
import { type ExecutionOptions, executeCall } from '../../src/tool/execute-call.ts';
import { prepareCall } from '../../src/tool/prepare-call.ts';
import { type Tool, tool } from '../../src/tool/tool.ts';
import type { ToolOutput } from '../../src/tool/tool-output.ts';
import { toolSet } from '../../src/tool/tool-set.ts';
import { type BlobStore, memoryBlobStore } from '../../src/turns/blob-store.ts';
import { type ToolCall, type ToolResult, textOf } from '../../src/turns/turn.ts';

/** The result of one call. */
export interface AnsweredCall {
  readonly result: ToolResult;
  readonly status: ToolResult['status'];
  /** The text for the model. */
  readonly text: string;
  readonly progress: readonly JsonValue[];
}

/** The result of a call of a tool that returns a value, also one that the types do not allow. */
export function answerOutput(output: unknown): Promise<AnsweredCall> {
  const acting = tool({
    name: 'act',
    description: 'Acts.',
    parameters: z.object({}),
    execute: () => output as ToolOutput,
  });
  return answerCall(acting);
}

/** Calls one tool outside of a run. */
export async function answerCall<Context = unknown>(
  called: Tool<Context>,
  input: JsonObject = {},
  {
    name = called.name,
    unreadable,
    blobs = memoryBlobStore(),
    ...options
  }: Partial<ExecutionOptions<Context>> &
    Pick<Partial<ToolCall>, 'name' | 'unreadable'> & { readonly blobs?: BlobStore } = {},
): Promise<AnsweredCall> {
  const call: ToolCall = {
    id: '1.0',
    name,
    arguments: input,
    ...(unreadable === undefined ? {} : { unreadable }),
  };
  const prepared = await prepareCall(call, toolSet([called]));
  if (!prepared.runnable) return toAnswer(prepared.result, []);
  const executing = executeCall(prepared, {
    context: undefined as Context,
    runId: 'run',
    signal: new AbortController().signal,
    keepImage: imageKeeper(createImageReader(blobs)),
    attempt: 1,
    ...options,
  });
  const progress: JsonValue[] = [];
  while (true) {
    const next = await executing.next();
    if (next.done === true) {
      if (!('result' in next.value)) throw new Error('The tool asked a question.');
      return toAnswer(next.value.result, progress);
    }
    progress.push(next.value);
  }
}

function toAnswer(result: ToolResult, progress: readonly JsonValue[]): AnsweredCall {
  return { result, status: result.status, text: textOf(result.parts), progress };
}
