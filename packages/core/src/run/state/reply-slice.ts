import { isFlag, isText, listOf, optional } from '../../json-check.ts';
import { defineSlice, saved, transient } from './state-slice.ts';

/** What the accepted replies led to. */
export const replySlice = defineSlice({
  /** Whether the model has made the call that `toolChoice` forces. */
  hasForcedCall: saved(() => false, isFlag),
  /** Parameters of an action that the model meant, whose values nobody gave so far. */
  missing: saved((): readonly string[] | undefined => undefined, optional(listOf(isText))),
  /** The action of these parameters. */
  meant: saved((): string | undefined => undefined, optional(isText)),
  /** Whether a look-up was called since. */
  hasLookedUp: saved(() => false, isFlag),
  /** The output of the last answer; it is read from the text again after a resume. */
  output: transient((): { readonly value: unknown } | undefined => undefined),
});
