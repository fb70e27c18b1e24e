import type { IdentifierKinds } from '../../schema/json-schema/identifier-kinds.ts';
import type { Tool } from '../../tool/tool.ts';
import type { ToolCall } from '../../turns/turn.ts';
import type { Conversation } from '../grounding/given-values.ts';

/** Why a text is probably not the answer yet. */
export interface AnswerDoubt {
  /** As one sentence. */
  readonly reason: string;
  /** The tools that can give what is missing. @default all */
  readonly tools?: readonly string[];
  /** For the model. */
  readonly hint?: string;
}

/** What an answer is compared with. */
export interface Environment<Context> {
  readonly tools: readonly Tool<Context>[];
  readonly kinds: IdentifierKinds;
  readonly conversation: Conversation;
}

/** What an answer after calls is compared with. */
export interface AfterCalls<Context> extends Environment<Context> {
  /** The last input. */
  readonly input: string;
  /** The calls since then. */
  readonly calls: readonly ToolCall[];
}
