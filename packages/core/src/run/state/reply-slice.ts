import { isFlag } from '../../json-check.ts';
import { defineSlice, saved, transient } from './state-slice.ts';

/** What the accepted replies led to. */
export const replySlice = defineSlice({
  /** Whether the model has made the call that `toolChoice` forces. */
  hasForcedCall: saved(() => false, isFlag),
  /** The output of the last answer; it is read from the text again after a resume. */
  output: transient((): { readonly value: unknown } | undefined => undefined),
});
