import type { CallableNames } from './callable-name.ts';
import type { Cursor } from './cursor.ts';

/** The position at which calls are read, and its context. */
export interface CallPlace {
  readonly cursor: Cursor;
  readonly tools: CallableNames;
  /** The tags that end the block around the calls, such as `</tool_call>`; empty in plain text. */
  readonly stops: readonly string[];
  /** Whether a tag or a code fence marks the content as calls. */
  readonly isMarked: boolean;
}

/** How a place in prose limits the calls that may begin there. */
export interface ProsePlace {
  /** Whether only white space, or a colon, is before the call on its line. */
  readonly isLineStart: boolean;
  /** Whether the call begins its line or follows a sentence. */
  readonly mayStartSentence: boolean;
}
