import type { Turn } from '../turns/turn.ts';
import type { CompactionPolicy } from './compact.ts';
import type { CountTokens } from './estimate-turn.ts';

/** How a conversation is fitted into the model's context window. */
export interface ContextWindowOptions {
  /**
   * How a prompt that is over its budget becomes smaller: `cap-and-drop` shortens old results and leaves out the oldest
   * turns, `drop` only leaves out turns, `summarise` asks the model for a summary of them, `off` sends everything.
   * @default 'cap-and-drop'
   */
  readonly policy?: CompactionPolicy | 'off' | undefined;
  /** Tokens of prompt and answer together. @default the window of the profile or the server */
  readonly tokens?: number | undefined;
  /** Tokens kept free for the answer. @default `maxOutputTokens`, else a quarter of the window, at most 2,048 */
  readonly reserveTokens?: number | undefined;
  /** Turns that are never left out, in addition to the first user turn, the newest turns and inputs of the user. */
  readonly pin?: ((turn: Turn, place: number) => boolean) | undefined;
  /** Counts the tokens of a text with your own tokenizer. @default an estimate */
  readonly countTokens?: CountTokens | undefined;
}
