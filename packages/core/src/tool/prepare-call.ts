import { isPromiseLike } from '../promise-like.ts';
import { describeIssues } from '../schema/describe-issues.ts';
import type { Validation } from '../schema/schema.ts';
import type { ToolCall, ToolResult, ToolResultStatus } from '../turns/turn.ts';
import type { Tool } from './tool.ts';
import { explainUnknownTool, type ToolSet } from './tool-set.ts';

/** A call that may run: its tool was offered and its arguments are valid. */
export interface PreparedCall<Context = unknown> {
  readonly runnable: true;
  readonly call: ToolCall;
  readonly tool: Tool<Context>;
  /** The arguments as the schema gives them out: defaults filled in, transforms applied. */
  readonly input: unknown;
}

/** A call that may not run, with the answer that the model gets. */
export interface RefusedCall {
  readonly runnable: false;
  readonly call: ToolCall;
  readonly result: ToolResult;
}

/** A call that was checked. */
export type CheckedCall<Context = unknown> = PreparedCall<Context> | RefusedCall;

/**
 * Checks a call against the tools that were offered: nothing else runs, and nothing half.
 * Never throws or rejects; what the model can mend becomes a result that says how.
 */
export function prepareCall<Context>(
  call: ToolCall,
  tools: ToolSet<Context>,
): CheckedCall<Context> | Promise<CheckedCall<Context>> {
  const tool = tools.get(call.name);
  if (tool === undefined) {
    return refuse(call, 'unknown-tool', explainUnknownTool(call.name, tools.names));
  }
  if (call.unreadable !== undefined) {
    return refuse(
      call,
      'invalid-arguments',
      `The arguments of "${call.name}" could not be read: ${call.unreadable.problem} Nothing was run. Write the whole call again.`,
    );
  }
  const checked = tool.schema.validate(call.arguments);
  return isPromiseLike(checked)
    ? checked.then((done) => judge(call, tool, done))
    : judge(call, tool, checked);
}

function judge<Context>(
  call: ToolCall,
  tool: Tool<Context>,
  checked: Validation<unknown>,
): CheckedCall<Context> {
  if (checked.ok) return { runnable: true, call, tool, input: checked.value };
  return refuse(
    call,
    'invalid-arguments',
    `Invalid arguments for "${call.name}": ${describeIssues(checked.issues)}`,
  );
}

/** A result without an execution. */
export function refuse(call: ToolCall, status: ToolResultStatus, message: string): RefusedCall {
  return { runnable: false, call, result: textResult(call, status, message) };
}

/** A result that is one text. */
export function textResult(call: ToolCall, status: ToolResultStatus, text: string): ToolResult {
  return { callId: call.id, name: call.name, status, parts: [{ type: 'text', text }] };
}
