import { type ContextView, wholeView } from '../../context/context-view.ts';
import {
  isCount,
  isPositive,
  isText,
  listOf,
  objectOf,
  optional,
  recordOf,
} from '../../json-check.ts';
import { defineSlice, saved } from './state-slice.ts';

/** What the run knows of the context window, and what of the transcript it shows the model. */
export const contextSlice = defineSlice({
  /** What of the transcript the model is shown. */
  view: saved(
    (): ContextView => wholeView,
    objectOf({ dropped: listOf(isCount), capped: recordOf(isCount), note: isText }),
  ),
  /** The model's own summary of the turns that are left out. */
  summary: saved(() => '', isText),
  /** Tokens of prompt and answer together; `undefined` until it is known. */
  contextWindow: saved((): number | undefined => undefined, optional(isPositive)),
  /** Counted tokens per estimated token. */
  correction: saved(() => 1, isPositive),
});
