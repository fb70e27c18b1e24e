import type {
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  SharedV4FileData,
} from '@ai-sdk/provider';
import {
  type AssistantTurn,
  type BlobStore,
  type HistoryChange,
  Transcript,
  type Turn,
  TurnwiseError,
} from '@turnwise/core';
import { readProviderData } from './provider-data.ts';

/** A prompt of the AI SDK as a conversation. */
export interface ReadPrompt {
  readonly transcript: Transcript<'assistant'>;
  /** The text of the system messages. */
  readonly instructions: string;
  /** What was changed so that the conversation follows the turn law. */
  readonly changes: readonly HistoryChange[];
}

/**
 * Reads any prompt of the AI SDK. Throws `invalid_state` if a message cannot be read, and `turn_order` if the last message
 * is not an input of the user or a result.
 */
export function readPrompt(prompt: LanguageModelV4Prompt, blobs: BlobStore): ReadPrompt {
  const messages = prompt.map(withFlatFiles);
  const { transcript, instructions, changes } = Transcript.repair(messages, { blobs });
  const restored = Transcript.of(restoreProviderData(transcript.turns, prompt));
  if (restored.awaits !== 'assistant') {
    throw new TurnwiseError(
      'turn_order',
      `The prompt ends with a message of the assistant, but the assistant is next (${prompt.length} messages). End it with a user message or a tool result.`,
    );
  }
  return { transcript: restored, instructions, changes };
}

/** The bytes or the URL of a file are inside `data`; other programs have them in the part itself. */
function withFlatFiles(message: LanguageModelV4Message): unknown {
  if (message.role === 'system') return message;
  const content = (message.content as readonly unknown[]).map((part) => {
    if (isFile(part)) return flatten(part);
    if (!hasContentOutput(part)) return part;
    const value = part.output.value.map((each) => (isFile(each) ? flatten(each) : each));
    return { ...part, output: { ...part.output, value } };
  });
  return { role: message.role, content };
}

interface FilePart {
  readonly type: 'file';
  readonly data: SharedV4FileData;
}

interface ContentOutputPart {
  readonly output: { readonly type: 'content'; readonly value: readonly unknown[] };
}

function isFile(part: unknown): part is FilePart {
  const { type, data } = Object(part);
  return type === 'file' && typeof Object(data).type === 'string';
}

function hasContentOutput(part: unknown): part is ContentOutputPart {
  const { type, value } = Object(Object(part).output);
  return type === 'content' && Array.isArray(value);
}

function flatten(part: FilePart): object {
  const { data } = part;
  if (data.type === 'data') return { ...part, data: data.data };
  if (data.type === 'url') return { ...part, data: undefined, url: data.url.toString() };
  if (data.type === 'text') return { type: 'text', text: data.text };
  return { ...part, data: undefined };
}

/** Reasoning is sent back to the server that it came from; the AI SDK returns what this package gave it. */
function restoreProviderData(
  turns: readonly Turn[],
  prompt: LanguageModelV4Prompt,
): readonly Turn[] {
  const known = new Map<string, NonNullable<AssistantTurn['provider']>>();
  for (const message of prompt) {
    if (message.role !== 'assistant') continue;
    for (const part of message.content) {
      if (part.type !== 'reasoning') continue;
      const provider = readProviderData(part.providerOptions);
      if (provider !== undefined) known.set(part.text, provider);
    }
  }
  if (known.size === 0) return turns;
  return turns.map((turn) => {
    const provider = turn.role === 'assistant' ? known.get(turn.reasoning ?? '') : undefined;
    return provider === undefined ? turn : { ...turn, provider };
  });
}
