import type { JsonValue } from '@turnwise/core';

/** An event of AG-UI 1.0. `@ag-ui/core` names the type `Event`; these are the ones that are used. */
export type AguiEvent =
  | { readonly type: 'RUN_STARTED'; readonly threadId: string; readonly runId: string }
  | { readonly type: 'STEP_STARTED' | 'STEP_FINISHED'; readonly stepName: string }
  | { readonly type: 'TEXT_MESSAGE_START'; readonly messageId: string; readonly role: 'assistant' }
  | { readonly type: 'TEXT_MESSAGE_CONTENT'; readonly messageId: string; readonly delta: string }
  | { readonly type: 'TEXT_MESSAGE_END'; readonly messageId: string }
  | { readonly type: 'REASONING_START' | 'REASONING_END'; readonly messageId: string }
  | {
      readonly type: 'REASONING_MESSAGE_START';
      readonly messageId: string;
      readonly role: 'reasoning';
    }
  | {
      readonly type: 'REASONING_MESSAGE_CONTENT';
      readonly messageId: string;
      readonly delta: string;
    }
  | { readonly type: 'REASONING_MESSAGE_END'; readonly messageId: string }
  | {
      readonly type: 'TOOL_CALL_START';
      readonly toolCallId: string;
      readonly toolCallName: string;
      readonly parentMessageId: string;
    }
  | { readonly type: 'TOOL_CALL_ARGS'; readonly toolCallId: string; readonly delta: string }
  | { readonly type: 'TOOL_CALL_END'; readonly toolCallId: string }
  | {
      readonly type: 'TOOL_CALL_RESULT';
      readonly messageId: string;
      readonly toolCallId: string;
      readonly content: string;
      readonly role: 'tool';
    }
  | { readonly type: 'MESSAGES_SNAPSHOT'; readonly messages: readonly AguiMessage[] }
  | {
      readonly type: 'CUSTOM';
      readonly name: 'output' | 'tool-progress';
      readonly value: JsonValue;
    }
  | {
      readonly type: 'RUN_FINISHED';
      readonly threadId: string;
      readonly runId: string;
      readonly outcome: AguiOutcome;
    }
  | { readonly type: 'RUN_ERROR'; readonly message: string; readonly code: string };

/** How a run ended. */
export type AguiOutcome =
  | { readonly type: 'success' | 'cancelled' }
  | { readonly type: 'interrupt'; readonly interrupts: readonly AguiInterrupt[] };

/** A call that waits. The answer names it by `id`. */
export interface AguiInterrupt {
  /** The fingerprint of the waiting call. */
  readonly id: string;
  /** `approval`, `question`, `outside` or `in-doubt`. */
  readonly reason: string;
  readonly message: string;
  readonly toolCallId: string;
  /** What the tool asked. */
  readonly metadata?: { readonly question: JsonValue };
}

/** A message of the client, which is sent back as it is, or one of the run. */
export interface AguiMessage {
  readonly id: string;
  readonly role: string;
  readonly [field: string]: unknown;
}

/** What `toAgui` needs of a `RunAgentInput`. */
export interface AguiInput {
  readonly threadId: string;
  readonly runId: string;
  /** The messages that the client shows. They are sent back if text is taken back. */
  readonly messages: readonly AguiMessage[];
}
