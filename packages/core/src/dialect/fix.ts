/** A visible repair: whatever a reply or a history lost or had changed is said here. */
export type Fix =
  | {
      /** Text beside calls, or where only a decision was asked for; its deltas are void. */
      readonly kind: 'dropped-text';
      readonly text: string;
    }
  | {
      /** A call that the model wrote as text. */
      readonly kind: 'salvaged-call';
      readonly name: string;
      readonly text: string;
    }
  | {
      /** Arguments whose syntax was mended. */
      readonly kind: 'repaired-arguments';
      readonly name: string;
      readonly text: string;
      readonly repairs: readonly string[];
    }
  | {
      /** An answer that ended at the output limit. */
      readonly kind: 'cut-text';
    }
  | {
      /** A reply that could not be used and was asked for again. */
      readonly kind: 'asked-again';
      readonly reason: string;
      /** What the unusable reply said. */
      readonly text: string;
    }
  | {
      /** Calls in reply to a request that offered no tools; they did not run. */
      readonly kind: 'dropped-calls';
      readonly names: readonly string[];
      /** What the reply said. */
      readonly text: string;
    }
  | {
      /** An answer that did not fit the output schema, or the program's own check; its deltas are void. */
      readonly kind: 'rejected-draft';
      readonly text: string;
      readonly issues: string;
    }
  | {
      /** The server counted far fewer tokens than were sent: it cut the prompt without a word. */
      readonly kind: 'truncated-prompt';
      readonly estimatedTokens: number;
      readonly countedTokens: number;
    }
  | {
      /** A limit was reached, and the model was asked for a last answer. */
      readonly kind: 'answered-at-limit';
      /** Why the run would have stopped. */
      readonly reason: string;
    }
  | {
      /** Calls of the given transcript that no run had answered, closed as `cancelled`. */
      readonly kind: 'answered-calls';
      readonly names: readonly string[];
    };
