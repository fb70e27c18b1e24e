import type { JsonObject, JsonValue } from '@turnwise/core';

/** A chunk of the UI message stream of the AI SDK, version 1. `ai` names the type `UIMessageChunk`; these are the ones that are used. */
export type AiUiChunk =
  | { readonly type: 'start'; readonly messageId: string }
  | { readonly type: 'start-step' }
  | { readonly type: 'text-start'; readonly id: string }
  | { readonly type: 'text-delta'; readonly id: string; readonly delta: string }
  | { readonly type: 'text-end'; readonly id: string }
  | { readonly type: 'reasoning-start'; readonly id: string }
  | { readonly type: 'reasoning-delta'; readonly id: string; readonly delta: string }
  | { readonly type: 'reasoning-end'; readonly id: string }
  | { readonly type: 'tool-input-start'; readonly toolCallId: string; readonly toolName: string }
  | {
      readonly type: 'tool-input-delta';
      readonly toolCallId: string;
      readonly inputTextDelta: string;
    }
  | {
      readonly type: 'tool-input-available';
      readonly toolCallId: string;
      readonly toolName: string;
      readonly input: JsonObject;
    }
  | {
      readonly type: 'tool-input-error';
      readonly toolCallId: string;
      readonly toolName: string;
      readonly input: string;
      readonly errorText: string;
    }
  | {
      readonly type: 'tool-approval-request';
      readonly approvalId: string;
      readonly toolCallId: string;
    }
  | {
      readonly type: 'tool-approval-response';
      readonly approvalId: string;
      readonly approved: boolean;
      readonly reason?: string;
    }
  | {
      readonly type: 'tool-output-available';
      readonly toolCallId: string;
      readonly output: JsonValue;
      readonly preliminary?: true;
    }
  | { readonly type: 'tool-output-error'; readonly toolCallId: string; readonly errorText: string }
  | { readonly type: 'tool-output-denied'; readonly toolCallId: string }
  | {
      readonly type: 'steering-message';
      readonly id: string;
      readonly parts: { readonly type: 'text'; readonly text: string }[];
    }
  | AiUiData
  | { readonly type: 'reset-step' }
  | { readonly type: 'finish-step' }
  | {
      readonly type: 'finish';
      readonly finishReason: 'stop' | 'tool-calls' | 'other';
      readonly messageMetadata?: { readonly stopReason: string };
    }
  | { readonly type: 'abort'; readonly reason: string }
  | { readonly type: 'error'; readonly errorText: string };

/**
 * What the AI SDK has no chunk for: the value of an answer with a schema while it grows, an image, and a call that waits for
 * something else than an approval.
 */
export type AiUiData =
  | { readonly type: 'data-output'; readonly id: string; readonly data: JsonValue }
  | { readonly type: 'data-image'; readonly data: JsonObject }
  | { readonly type: 'data-waiting'; readonly id: string; readonly data: WaitingData };

/** A call that waits for an answer, or for a decision after a crash. */
export interface WaitingData {
  /** Names this request in `decisions`. */
  readonly approvalId: string;
  readonly callId: string;
  readonly kind: 'question' | 'in-doubt';
  /** What the tool asked. */
  readonly question?: JsonValue;
  /** Whether the decision is known. */
  readonly isDecided: boolean;
}
