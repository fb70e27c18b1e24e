import type { ModelErrorKind } from '../errors.ts';

/** Why a server refused a request, and what the request asked for. */
export interface Refusal {
  readonly kind: ModelErrorKind;
  /** The server's own message. */
  readonly serverMessage: string;
  /** The field of the request that the server named. */
  readonly field?: string | undefined;
  /** Whether the request offered tools. */
  readonly offersTools: boolean;
  /** Whether the request forced a call with `tool_choice`. */
  readonly forcesCall: boolean;
  /** Whether the request asked for a streamed reply. */
  readonly isStreamed: boolean;
  /** Whether the conversation has past calls. */
  readonly hasCalls: boolean;
  /** Whether the request limited the number of output tokens. */
  readonly limitsOutput: boolean;
}
