import type { AssistantTurn, ImageRef, Part, SessionPause, ToolResult, Turn } from '@turnwise/core';
import { openResults } from '@turnwise/core/model';
import type { AiUiChunk } from './ai-ui-chunk.ts';
import { showResult, showWaiting } from './ai-ui-encoder.ts';
import type { AiUiPart } from './ai-ui-message.ts';
import type { ViewOptions } from './ai-ui-options.ts';
import { showCall } from './step-view.ts';

/** A message of a stored conversation: parts of a user, or the chunks that show the turns of the model. */
export type StoredMessage =
  | { readonly role: 'user'; readonly id: string; readonly parts: readonly AiUiPart[] }
  | { readonly role: 'assistant'; readonly id: string; readonly chunks: AiUiChunk[] };

/** What a conversation is shown with. */
export interface ConversationView extends ViewOptions {
  /** The address of an image of the conversation. @default the part `data-image` has its hash and size */
  readonly imageUrl?: ((image: ImageRef) => string) | undefined;
}

/** The id of the message whose first turn has this place. */
export function assistantId(place: number): string {
  return `assistant-${place}`;
}

/** The id of an input of a user. */
export function userId(place: number, input: number): string {
  return `user-${place}.${input}`;
}

/** The messages of a conversation. Each input of a user is a message, and so are all turns of the model between two inputs. */
export function storedMessages(
  turns: readonly Turn[],
  paused: SessionPause | undefined,
  view: ConversationView,
): StoredMessage[] {
  const messages: StoredMessage[] = [];
  let chunks: AiUiChunk[] | undefined;
  for (const [place, turn] of turns.entries()) {
    if (turn.role === 'assistant') {
      if (chunks === undefined) {
        chunks = [];
        messages.push({ role: 'assistant', id: assistantId(place), chunks });
      }
      const results = resultsAfter(turn, turns[place + 1]);
      chunks.push(...showTurn(turn, { ...view, results, paused }));
      continue;
    }
    const inputs = turn.inputs ?? [];
    if (inputs.length > 0) chunks = undefined;
    for (const [input, { parts }] of inputs.entries()) {
      const shown = parts.map((part) => showPart(part, view));
      messages.push({ role: 'user', id: userId(place, input), parts: shown });
    }
  }
  return messages;
}

function resultsAfter(
  turn: AssistantTurn,
  next: Turn | undefined,
): readonly ToolResult[] | undefined {
  return turn.kind === 'calls' && next?.role === 'tool' ? next.results : undefined;
}

interface TurnView extends ConversationView {
  /** Missing for the calls of an open turn. */
  readonly results: readonly ToolResult[] | undefined;
  readonly paused: SessionPause | undefined;
}

/** The chunks of one turn of the model with the results of its calls. */
function showTurn(turn: AssistantTurn, view: TurnView): AiUiChunk[] {
  const chunks: AiUiChunk[] = [{ type: 'start-step' }];
  const { reasoning } = turn;
  if (reasoning !== undefined && view.reasoning !== false) {
    chunks.push(
      { type: 'reasoning-start', id: 'reasoning' },
      { type: 'reasoning-delta', id: 'reasoning', delta: reasoning },
      { type: 'reasoning-end', id: 'reasoning' },
    );
  }
  if (turn.kind === 'text') {
    chunks.push(
      { type: 'text-start', id: 'text' },
      { type: 'text-delta', id: 'text', delta: turn.text },
      { type: 'text-end', id: 'text' },
    );
  } else {
    const { results, paused } = view;
    const known = results ?? (paused === undefined ? [] : openResults(paused.state));
    for (const call of turn.calls) {
      chunks.push(showCall(call));
      const result = known.find(({ callId }) => callId === call.id);
      chunks.push(
        ...(result === undefined ? showOpen(call.id, paused) : [showResult(result, view)]),
      );
    }
  }
  return [...chunks, { type: 'finish-step' }];
}

/** A call without a result: it waits, or the process ended while it ran. */
function showOpen(callId: string, paused: SessionPause | undefined): AiUiChunk[] {
  const waiting = paused?.waiting.find((each) => each.callId === callId);
  if (waiting === undefined) {
    const errorText = 'The call was interrupted.';
    return [{ type: 'tool-output-error', toolCallId: callId, errorText }];
  }
  const { kind, fingerprint: approvalId } = waiting;
  if (kind === 'approval')
    return [{ type: 'tool-approval-request', approvalId, toolCallId: callId }];
  return kind === 'outside' ? [] : [showWaiting(waiting, false)];
}

/** An input as a part of a message. */
export function showPart(part: Part, { imageUrl }: ConversationView): AiUiPart {
  if (part.type === 'text') return { type: 'text', text: part.text, state: 'done' };
  const { image } = part;
  if (imageUrl !== undefined) {
    return { type: 'file', mediaType: image.mediaType, url: imageUrl(image) };
  }
  return { type: 'data-image', data: { ...image } };
}
