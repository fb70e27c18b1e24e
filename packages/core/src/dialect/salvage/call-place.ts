import type { CallableNames } from './callable-name.ts';
import type { Cursor } from './cursor.ts';

/** Where calls are read. */
export interface CallPlace {
  readonly cursor: Cursor;
  readonly tools: CallableNames;
  /** The marks that end what the calls stand in, such as `</tool_call>`; none in plain text. */
  readonly stops: readonly string[];
  /** Whether a mark or a fence around them says that these are calls. */
  readonly isMarked: boolean;
}
