import {
  type AnySchema,
  type JsonValue,
  type Tool,
  type ToolDefinition,
  TurnwiseError,
  tool,
} from '@turnwise/core';
import { descriptionOf } from './description-of.ts';

/** What is needed of a tool of the AI SDK, which `tool({ inputSchema, execute })` makes. */
export interface AiSdkTool {
  readonly type?: unknown;
  readonly description?: unknown;
  readonly inputSchema?: unknown;
  // With `never`, a function with any types of input and output fits.
  readonly execute?: ((input: never, options: never) => unknown) | undefined;
  readonly toModelOutput?: ((options: never) => unknown) | undefined;
  readonly needsApproval?: unknown;
}

type Execute = (input: unknown, options: ExecutionOptions) => unknown;
type ToModelOutput = (options: {
  readonly toolCallId: string;
  readonly input: unknown;
  readonly output: unknown;
}) => unknown;
type NeedsApproval = (input: unknown, options: ExecutionOptions) => boolean | Promise<boolean>;

interface ExecutionOptions {
  readonly toolCallId: string;
  readonly messages: readonly never[];
  readonly abortSignal?: AbortSignal;
  readonly context: unknown;
}

/**
 * Tools of the AI SDK, by name, as tools of an agent. Values that `execute` yields before the last are progress, and the
 * model gets what `toModelOutput` returns. `messages` is empty for them. A tool without `execute` pauses the run, and the decision
 * `answer` has its output. Throws `invalid_tool` for a tool that the provider executes, and what `tool()` throws.
 *
 * @example
 * const agent = new Agent({ name: 'guide', model, tools: aiSdkTools({ weather, calendar }) });
 */
export function aiSdkTools(tools: Readonly<Record<string, AiSdkTool>>): readonly Tool[] {
  if (Array.isArray(tools)) {
    throw new TurnwiseError(
      'invalid_tool',
      'aiSdkTools() takes an object, because its keys are the names of the tools: aiSdkTools({ get_weather }).',
    );
  }
  return Object.entries(tools).map(([name, each]) => toTool(name, each));
}

function toTool(name: string, source: AiSdkTool): Tool {
  const { type, description, inputSchema, execute, needsApproval = false } = source;
  if (type === 'provider') {
    throw new TurnwiseError(
      'invalid_tool',
      `Tool "${name}" of the AI SDK is executed by the provider, so an agent cannot use it. Leave it out, or write a tool with an execute function.`,
    );
  }
  return tool({
    name,
    description: descriptionOf(name, description),
    parameters: inputSchema as AnySchema,
    needsApproval:
      typeof needsApproval === 'function'
        ? (input, { callId, context }) =>
            (needsApproval as NeedsApproval)(input, {
              toolCallId: callId,
              messages: [],
              context,
            })
        : needsApproval === true,
    ...(execute !== undefined && { execute: executeOf(source) }),
  });
}

/** The function of a tool that runs here. Without it the run waits for the output, as the AI SDK waits for the client. */
function executeOf(source: AiSdkTool): NonNullable<ToolDefinition<AnySchema, unknown>['execute']> {
  const run = source.execute?.bind(source) as Execute;
  const toModelOutput = source.toModelOutput?.bind(source) as ToModelOutput | undefined;
  return async (input, { callId, signal, context, progress }) => {
    const options = { toolCallId: callId, messages: [], abortSignal: signal, context };
    const output = await lastOf(await run(input, options), progress);
    if (toModelOutput === undefined) return output as object;
    const forModel = await toModelOutput({ toolCallId: callId, input, output });
    return readModelOutput(forModel, output);
  };
}

/** The value itself, or the last value of a generator; those before it are progress. */
async function lastOf(output: unknown, progress: (value: JsonValue) => void): Promise<unknown> {
  if (typeof Object(output)[Symbol.asyncIterator] !== 'function') return output;
  let last: { readonly value: unknown } | undefined;
  for await (const value of output as AsyncIterable<unknown>) {
    if (last !== undefined) progress(last.value as JsonValue);
    last = { value };
  }
  return last?.value;
}

/** The program gets the output of the tool, and the model gets what was made of it. */
function readModelOutput(forModel: unknown, output: unknown) {
  const { type, value, reason } = Object(forModel) as Record<string, unknown>;
  const isError = type === 'error-text' || type === 'error-json' || type === 'execution-denied';
  const content = type === 'execution-denied' ? (reason ?? 'Denied.') : value;
  if (type === 'content' && Array.isArray(value)) {
    return { forModel: value.map(toPart), forApp: output as JsonValue };
  }
  return { forModel: content as string, forApp: output as JsonValue, isError };
}

/** Files of the AI SDK have their bytes in `data.data`. */
function toPart(part: unknown) {
  const { type, mediaType, data } = Object(part) as Record<string, unknown>;
  if (type !== 'file') return part as { readonly type: 'text'; readonly text: string };
  const inner = Object(data) as Record<string, unknown>;
  const bytes = inner.data ?? data;
  const url = typeof bytes === 'string' ? `data:${mediaType};base64,${bytes}` : bytes;
  return { type: 'image', image: url as Uint8Array } as const;
}
