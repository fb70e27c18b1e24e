/** A visible change that the framework made to a reply, a request or a history. */
export type Fix =
  | {
      /**
       * Text together with calls, or text when only a decision was requested; its deltas are void. With an output schema, also
       * the text around the JSON of an answer.
       */
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
      /** Thoughts in the text of a reply, such as `<think>…</think>`; they are part of the turn's reasoning. */
      readonly kind: 'moved-reasoning';
      readonly text: string;
    }
  | {
      /** The name of a call that had white space, control tokens or a namespace of the profile around a tool's name. */
      readonly kind: 'repaired-name';
      /** The tool's name. */
      readonly name: string;
      /** The name in the reply. */
      readonly written: string;
    }
  | {
      /** Arguments whose syntax or values were repaired: what the tool got is written in `text`, but in another form. */
      readonly kind: 'repaired-arguments';
      readonly name: string;
      readonly text: string;
      readonly repairs: readonly string[];
    }
  | {
      /** Arguments that the tool's schema dropped, because it does not list them. The tool ran without them. */
      readonly kind: 'dropped-arguments';
      readonly name: string;
      /** The path of each argument, such as `filter.year`. */
      readonly paths: readonly string[];
    }
  | {
      /** An answer whose JSON was repaired before it matched the output schema. */
      readonly kind: 'repaired-output';
      readonly text: string;
      readonly repairs: readonly string[];
    }
  | {
      /** An answer that ended at the output limit. */
      readonly kind: 'cut-text';
    }
  | {
      /** A reply that could not be used, so the request was sent again. */
      readonly kind: 'asked-again';
      readonly reason: string;
      /** The text of the unusable reply. */
      readonly text: string;
    }
  | {
      /** Calls in the reply to a request without tools, or beyond `limits.maxCallsPerReply`; they did not run. */
      readonly kind: 'dropped-calls';
      readonly names: readonly string[];
      /** The text of the reply. */
      readonly text: string;
    }
  | {
      /** An answer that did not match the output schema or failed the program's own check; its deltas are void. */
      readonly kind: 'rejected-draft';
      readonly text: string;
      readonly issues: string;
    }
  | {
      /** The server counted far fewer tokens than were sent: it cut the prompt without an error. */
      readonly kind: 'truncated-prompt';
      readonly estimatedTokens: number;
      readonly countedTokens: number;
    }
  | {
      /** The server did not count tokens, so limits of tokens and cost use estimates. Reported once in a run. */
      readonly kind: 'estimated-usage';
      /** Estimated tokens of the first such request; 0 if the server counted them. */
      readonly inputTokens: number;
      readonly outputTokens: number;
    }
  | {
      /** A finish reason that Turnwise does not know. The reply was used because nothing else suggests that it is incomplete. */
      readonly kind: 'unknown-finish-reason';
      /** The server's own spelling. */
      readonly reason: string;
    }
  | {
      /** Entries of `tool_calls` or a `function_call` without a name and arguments. They are not calls. */
      readonly kind: 'ignored-empty-calls';
      readonly count: number;
    }
  | {
      /** The answer arrived as reasoning although the request switched reasoning off. */
      readonly kind: 'reasoning-as-answer';
      /** Characters of the answer. */
      readonly length: number;
    }
  | {
      /** A limit was reached, and a final answer was requested from the model. */
      readonly kind: 'answered-at-limit';
      /** The limit that would have stopped the run. */
      readonly reason: string;
    }
  | {
      /** Calls of the given transcript without results; they got results with status `cancelled`. */
      readonly kind: 'answered-calls';
      readonly names: readonly string[];
    };
