import type { JsonValue } from '@turnwise/core';
import type { AiUiChunk, AiUiData } from './ai-ui-chunk.ts';

/** A message as `useChat` keeps it. `ai` names the type `UIMessage`. */
export interface AiUiMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly parts: readonly AiUiPart[];
}

/** A part of a message. */
export type AiUiPart =
  | { readonly type: 'step-start' }
  | { readonly type: 'text' | 'reasoning'; readonly text: string; readonly state: 'done' }
  | { readonly type: 'file'; readonly mediaType: string; readonly url: string }
  | AiUiToolPart
  | AiUiData;

/** A call and how it ended. */
export interface AiUiToolPart {
  readonly type: `tool-${string}`;
  readonly toolCallId: string;
  readonly state:
    | 'input-available'
    | 'approval-requested'
    | 'output-available'
    | 'output-error'
    | 'output-denied';
  readonly input: JsonValue;
  readonly output?: JsonValue;
  readonly errorText?: string;
  readonly approval?: { readonly id: string; readonly approved?: boolean };
}

/** The parts that complete chunks make, as the AI SDK makes them. Each call comes before its result. */
export function toParts(chunks: readonly AiUiChunk[]): AiUiPart[] {
  const parts: AiUiPart[] = [];
  for (const chunk of chunks) addChunk(parts, chunk);
  return parts;
}

function addChunk(parts: AiUiPart[], chunk: AiUiChunk): void {
  switch (chunk.type) {
    case 'start-step':
      parts.push({ type: 'step-start' });
      return;
    case 'text-delta':
      parts.push({ type: 'text', text: chunk.delta, state: 'done' });
      return;
    case 'reasoning-delta':
      parts.push({ type: 'reasoning', text: chunk.delta, state: 'done' });
      return;
    case 'tool-input-available':
    case 'tool-input-error': {
      const { toolCallId, toolName, input } = chunk;
      parts.push({ type: `tool-${toolName}`, toolCallId, state: 'input-available', input });
      return;
    }
    case 'tool-approval-request': {
      const approval = { id: chunk.approvalId };
      change(parts, chunk.toolCallId, { state: 'approval-requested', approval });
      return;
    }
    case 'tool-output-available':
      change(parts, chunk.toolCallId, { state: 'output-available', output: chunk.output });
      return;
    case 'tool-output-error':
      change(parts, chunk.toolCallId, { state: 'output-error', errorText: chunk.errorText });
      return;
    case 'tool-output-denied': {
      // The AI SDK requires an approval of a call that was denied.
      const approval = { id: chunk.toolCallId, approved: false };
      change(parts, chunk.toolCallId, { state: 'output-denied', approval });
      return;
    }
    case 'data-output':
    case 'data-image':
    case 'data-waiting':
      parts.push(chunk);
      return;
    default:
  }
}

function change(parts: AiUiPart[], callId: string, changes: Partial<AiUiToolPart>): void {
  const place = parts.findIndex((part) => 'toolCallId' in part && part.toolCallId === callId);
  const part = parts[place];
  if (part !== undefined && 'toolCallId' in part) parts[place] = { ...part, ...changes };
}
