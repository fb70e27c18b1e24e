import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  SharedV4Warning,
} from '@ai-sdk/provider';
import {
  type JsonObject,
  jsonSchema,
  type ModelSettings,
  type Tool,
  type ToolChoice,
  tool,
} from '@turnwise/core';
import { descriptionOf } from './description-of.ts';

/** The options of a call of the AI SDK, as options of an agent. */
export interface ReadOptions {
  readonly settings: ModelSettings;
  readonly toolChoice: ToolChoice | 'none';
  /** Tools that are never executed: `onCall` gets the checked arguments of each call. */
  readonly tools: (onCall: (callId: string, input: unknown) => void) => readonly Tool[];
  /** The schema of the answer. */
  readonly output: JsonObject | undefined;
  readonly conversationId: string | undefined;
  /** What cannot be passed on. */
  readonly warnings: readonly SharedV4Warning[];
}

/** Reads the options of a call. Options that no server of Turnwise has become warnings. */
export function readCallOptions(call: LanguageModelV4CallOptions): ReadOptions {
  const functions = (call.tools ?? []).filter(isFunction);
  const { toolChoice = { type: 'auto' } } = call;
  const { conversationId, extraBody } = Object(call.providerOptions?.turnwise) as {
    readonly conversationId?: unknown;
    readonly extraBody?: unknown;
  };
  return {
    settings: settingsOf(call, extraBody),
    toolChoice: toolChoice.type === 'tool' ? { tool: toolChoice.toolName } : toolChoice.type,
    tools: (onCall) => functions.map((each) => toWaitingTool(each, onCall)),
    output: call.responseFormat?.type === 'json' ? outputOf(call.responseFormat) : undefined,
    conversationId: typeof conversationId === 'string' ? conversationId : undefined,
    warnings: warningsOf(call),
  };
}

function isFunction(
  each: NonNullable<LanguageModelV4CallOptions['tools']>[number],
): each is LanguageModelV4FunctionTool {
  return each.type === 'function';
}

function toWaitingTool(
  { name, description, inputSchema }: LanguageModelV4FunctionTool,
  onCall: (callId: string, input: unknown) => void,
): Tool {
  return tool({
    name,
    description: descriptionOf(name, description),
    parameters: jsonSchema(inputSchema as JsonObject),
    needsApproval: (input, { callId }) => {
      onCall(callId, input);
      return true;
    },
    execute: () => '',
  });
}

function outputOf({ schema }: { readonly schema?: unknown }): JsonObject {
  return (schema ?? { type: 'object' }) as JsonObject;
}

function settingsOf(call: LanguageModelV4CallOptions, extraBody: unknown): ModelSettings {
  const { temperature, topP, maxOutputTokens, stopSequences, seed } = call;
  const { topK, presencePenalty, frequencyPenalty } = call;
  const extra = {
    ...(topK !== undefined && { top_k: topK }),
    ...(presencePenalty !== undefined && { presence_penalty: presencePenalty }),
    ...(frequencyPenalty !== undefined && { frequency_penalty: frequencyPenalty }),
    ...(Object(extraBody) as JsonObject),
  };
  return {
    temperature,
    topP,
    maxOutputTokens,
    stop: stopSequences,
    seed,
    ...(Object.keys(extra).length > 0 && { extraBody: extra }),
  };
}

/** The AI SDK sends its own name in this header. */
const ownHeader = 'user-agent';

function warningsOf({ tools = [], headers = {}, reasoning }: LanguageModelV4CallOptions) {
  const warnings: SharedV4Warning[] = [];
  for (const each of tools) {
    if (each.type === 'provider')
      warnings.push({ type: 'unsupported', feature: `tool ${each.id}` });
  }
  const others = Object.keys(headers).filter((name) => name.toLowerCase() !== ownHeader);
  if (others.length > 0) {
    const details = 'Pass headers to the Turnwise model instead.';
    warnings.push({ type: 'unsupported', feature: `headers ${others.join(', ')}`, details });
  }
  if (reasoning !== undefined && reasoning !== 'provider-default') {
    const details = 'Pass the fields of your server as providerOptions.turnwise.extraBody.';
    warnings.push({ type: 'unsupported', feature: 'reasoning', details });
  }
  return warnings;
}
