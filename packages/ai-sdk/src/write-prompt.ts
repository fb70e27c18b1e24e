import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4TextPart,
  LanguageModelV4ToolResultOutput,
} from '@ai-sdk/provider';
import {
  type AssistantTurn,
  type BlobStore,
  ModelError,
  type Part,
  type ToolCall,
  type ToolResult,
  type Turn,
  type UserInput,
} from '@turnwise/core';
import { formatResult, type ModelRequest } from '@turnwise/core/model';
import { callIdsOf, type KeptContent, keptContentOf } from './kept-content.ts';

/** The conversation of a request as a prompt of the AI SDK. Data of turns is only sent to the profile that they came from. */
export async function writePrompt(
  { instructions, transcript, blobs }: ModelRequest,
  profile: string,
): Promise<LanguageModelV4Prompt> {
  const prompt: LanguageModelV4Message[] = [];
  if (instructions !== '') prompt.push({ role: 'system', content: instructions });
  let callIds: ReadonlyMap<string, string> = new Map();
  for (const turn of transcript.turns) {
    if (turn.role === 'assistant' && turn.kind === 'calls') callIds = callIdsOf(turn, profile);
    prompt.push(...(await writeTurn(turn, { blobs, profile, callIds })));
  }
  return prompt;
}

interface Writing {
  readonly blobs: BlobStore;
  readonly profile: string;
  /** The provider's id of each call of the last turn with calls. */
  readonly callIds: ReadonlyMap<string, string>;
}

async function writeTurn(turn: Turn, writing: Writing): Promise<LanguageModelV4Message[]> {
  switch (turn.role) {
    case 'user':
      return await writeInputs(turn.inputs, writing.blobs);
    case 'assistant':
      return [{ role: 'assistant', content: writeAssistant(turn, writing) }];
    case 'tool': {
      const content = await Promise.all(turn.results.map((each) => writeResult(each, writing)));
      return [{ role: 'tool', content }, ...(await writeInputs(turn.inputs ?? [], writing.blobs))];
    }
  }
}

async function writeInputs(
  inputs: readonly UserInput[],
  blobs: BlobStore,
): Promise<LanguageModelV4Message[]> {
  return await Promise.all(
    inputs.map(async ({ parts }) => ({
      role: 'user' as const,
      content: await Promise.all(parts.map((part) => writePart(part, blobs))),
    })),
  );
}

function writeAssistant(turn: AssistantTurn, { profile, callIds }: Writing): KeptContent {
  const kept = keptContentOf(turn, profile);
  if (kept !== undefined) return kept;
  if (turn.kind === 'text') return [{ type: 'text', text: turn.text }];
  return turn.calls.map((call: ToolCall) => ({
    type: 'tool-call',
    toolCallId: callIds.get(call.id) ?? call.id,
    toolName: call.name,
    input: call.arguments,
  }));
}

async function writeResult(result: ToolResult, { blobs, callIds }: Writing) {
  return {
    type: 'tool-result' as const,
    toolCallId: callIds.get(result.callId) ?? result.callId,
    toolName: result.name,
    output: await writeOutput(result, blobs),
  };
}

async function writeOutput(
  result: ToolResult,
  blobs: BlobStore,
): Promise<LanguageModelV4ToolResultOutput> {
  const parts = formatResult(result);
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  if (texts.length === parts.length) {
    return { type: result.status === 'ok' ? 'text' : 'error-text', value: texts.join('\n') };
  }
  const value = await Promise.all(parts.map((part) => writePart(part, blobs)));
  return { type: 'content', value };
}

async function writePart(
  part: Part,
  blobs: BlobStore,
): Promise<LanguageModelV4TextPart | LanguageModelV4FilePart> {
  if (part.type === 'text') return { type: 'text', text: part.text };
  const { sha256, mediaType } = part.image;
  const bytes = await blobs.get(sha256);
  if (bytes === undefined) {
    throw new ModelError('model_failed', `The blob store has no image "${sha256}".`);
  }
  return { type: 'file', mediaType, data: { type: 'data', data: bytes } };
}
