import type { Turn } from '../turns/turn.ts';
import type { CompactionPolicy } from './compact.ts';
import type { CountTokens } from './estimate-turn.ts';

/** How a conversation is kept within the model's context window. */
export interface ContextWindowOptions {
  /**
   * What happens to a prompt that is over its budget: `cap-and-drop` cuts old results and leaves out the oldest exchanges,
   * `drop` only leaves out, `summarise` has the model sum up what is left out, `off` sends everything.
   * @default 'cap-and-drop'
   */
  readonly policy?: CompactionPolicy | 'off';
  /** Tokens of prompt and answer together. @default what the profile or the server says */
  readonly tokens?: number;
  /** Tokens kept free for the answer. @default `maxOutputTokens`, else a quarter of the window, at most 2,048 */
  readonly reserveTokens?: number;
  /** Turns that are never left out, beside the first user turn, the newest ones and words of the user. */
  readonly pin?: (turn: Turn, place: number) => boolean;
  /** Counts the tokens of a text exactly, with a tokenizer of your own. @default an estimate */
  readonly countTokens?: CountTokens;
}
