import type { LanguageModelV4FinishReason, LanguageModelV4Usage } from '@ai-sdk/provider';
import type { FinishReason, Fix, Usage } from '@turnwise/core';
import {
  type ModelReply,
  type ModelRequest,
  type ParsedCall,
  type ParsedReply,
  parseCall,
} from '@turnwise/core/model';
import type { ProviderReply } from './collected-content.ts';
import { keepContent } from './kept-content.ts';

/** The reply of a provider: calls, or text. Text next to calls is kept for the provider and reported as a fix. */
export function readContent(
  { content, finishReason, usage, id }: ProviderReply,
  request: ModelRequest,
  profile: string,
): ModelReply {
  const textOf = (type: 'text' | 'reasoning') =>
    content.flatMap((part) => (part.type === type ? [part.text] : [])).join('');
  const written = content.flatMap((part) =>
    part.type === 'tool-call' && part.providerExecuted !== true ? [part] : [],
  );
  const text = textOf('text');
  const tools = request.tools ?? request.withheldTools;
  const reason = toFinishReason(finishReason);
  const calls = written.map((part) => parseCall(part.toolName, part.input, tools));
  const provider = keepContent(content, profile);
  const counted = toUsage(usage);
  return {
    parsed: parse(text, calls, reason),
    raw: {
      text,
      reasoning: textOf('reasoning'),
      calls: written.map((part) => ({
        id: part.toolCallId,
        name: part.toolName,
        arguments: part.input,
      })),
      finishReason: reason,
      ...(counted && { usage: counted }),
      ...(id !== undefined && { id }),
    },
    usage: counted ?? { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 },
    finishReason: reason,
    dialect: 'native',
    profile,
    ...(provider && { provider }),
  };
}

function parse(text: string, calls: readonly ParsedCall[], reason: FinishReason): ParsedReply {
  const [first, ...others] = calls;
  if (first === undefined) {
    return text.trim() === ''
      ? { kind: 'unusable', problem: 'The reply was empty.', fixes: [] }
      : { kind: 'text', text, fixes: [] };
  }
  const fixes: Fix[] = text.trim() === '' ? [] : [{ kind: 'dropped-text', text }];
  // A call is complete only if the provider ended the reply normally.
  if (reason !== 'tool-calls' && reason !== 'stop') {
    return { kind: 'unusable', problem: `The reply with calls ended with "${reason}".`, fixes };
  }
  return { kind: 'calls', calls: [first, ...others], fixes };
}

const finishReasons: Readonly<Record<LanguageModelV4FinishReason['unified'], FinishReason>> = {
  stop: 'stop',
  length: 'length',
  'content-filter': 'content-filter',
  'tool-calls': 'tool-calls',
  error: 'other',
  interrupted: 'other',
  other: 'other',
};

function toFinishReason({ unified }: LanguageModelV4FinishReason): FinishReason {
  return finishReasons[unified] ?? 'other';
}

function toUsage({ inputTokens, outputTokens }: LanguageModelV4Usage): Usage | undefined {
  if (inputTokens.total === undefined && outputTokens.total === undefined) return undefined;
  return {
    inputTokens: inputTokens.total ?? 0,
    outputTokens: outputTokens.total ?? 0,
    cachedInputTokens: inputTokens.cacheRead ?? 0,
  };
}
