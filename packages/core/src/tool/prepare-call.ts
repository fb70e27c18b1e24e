import type { JsonObject } from '../json.ts';
import { isPromiseLike } from '../promise-like.ts';
import { shorten } from '../shorten.ts';
import type { ToolCall, ToolResult, ToolResultStatus } from '../turns/turn.ts';
import { type CheckedArguments, checkArguments } from './check-arguments.ts';
import { explainArguments } from './explain-arguments.ts';
import type { Tool } from './tool.ts';
import { explainUnknownTool, type ToolSet } from './tool-set.ts';

/** A call that may run: its tool exists and its arguments are valid. */
export interface PreparedCall<Context = unknown> {
  readonly runnable: true;
  /** The call as it runs: with the arguments that the schema accepted. */
  readonly call: ToolCall;
  /** The call as the model, or a human who changed it, wrote it. The same object if nothing was repaired. */
  readonly written: ToolCall;
  readonly tool: Tool<Context>;
  /** The validated arguments: defaults are filled in, transforms applied. */
  readonly input: unknown;
  /** The arguments that the schema got: those of the call after repairs. */
  readonly repaired: JsonObject;
  /** What was repaired before the schema accepted the arguments. */
  readonly repairs: readonly string[];
  /** The paths of the arguments that the schema dropped. */
  readonly droppedKeys: readonly string[];
  /** Whether a human changed the arguments: the result informs the model. */
  readonly isEdited?: boolean;
}

/** A call that must not run, with the result for the model. */
export interface RefusedCall {
  readonly runnable: false;
  readonly call: ToolCall;
  readonly result: ToolResult;
}

/** The result of {@link prepareCall}. */
export type CheckedCall<Context = unknown> = PreparedCall<Context> | RefusedCall;

/**
 * Checks a call: its tool must be in `tools` and its arguments must be complete and valid. Never throws or rejects: if
 * the model can correct the call, the result explains how, with the names of parameters that `nameOf` gives.
 */
export function prepareCall<Context>(
  call: ToolCall,
  tools: ToolSet<Context>,
  nameOf: (parameter: string) => string = (parameter) => parameter,
): CheckedCall<Context> | Promise<CheckedCall<Context>> {
  const tool = tools.get(call.name);
  if (tool === undefined) {
    return refuse(call, 'unknown-tool', explainUnknownTool(call.name, tools.names));
  }
  if (call.unreadable !== undefined) {
    return refuse(
      call,
      'invalid-arguments',
      `The arguments of "${call.name}" could not be parsed: ${shorten(call.unreadable.problem, 500)} The tool was not run. Send the complete call again.`,
    );
  }
  const checked = checkArguments(tool.schema, call.arguments);
  return isPromiseLike(checked)
    ? checked.then((done) => judge(call, tool, done, nameOf))
    : judge(call, tool, checked, nameOf);
}

function judge<Context>(
  call: ToolCall,
  tool: Tool<Context>,
  checked: CheckedArguments,
  nameOf: (parameter: string) => string,
): CheckedCall<Context> {
  if (checked.ok) {
    const { input, repaired, repairs, droppedKeys } = checked;
    const accepted = acceptedCall(call, repaired);
    return {
      runnable: true,
      call: accepted,
      written: call,
      tool,
      input,
      repaired,
      repairs,
      droppedKeys,
    };
  }
  const explanation = explainArguments({
    issues: checked.issues,
    written: call.arguments,
    parameters: tool.schema.jsonSchema,
    nameOf,
  });
  return refuse(call, 'invalid-arguments', `Invalid arguments for "${call.name}": ${explanation}`);
}

/** The call with the arguments that the schema accepted. */
export function acceptedCall(written: ToolCall, accepted: JsonObject): ToolCall {
  return accepted === written.arguments ? written : { ...written, arguments: accepted };
}

/** Refuses a call with a result for the model. */
export function refuse(call: ToolCall, status: ToolResultStatus, message: string): RefusedCall {
  return { runnable: false, call, result: textResult(call, status, message) };
}

/** A result with one text. */
export function textResult(call: ToolCall, status: ToolResultStatus, text: string): ToolResult {
  return { callId: call.id, name: call.name, status, parts: [{ type: 'text', text }] };
}
