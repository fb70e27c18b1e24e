import type { ModelErrorCode, ModelErrorKind } from '../errors.ts';

/** A failure that can be recognised by the text of its error message. */
export interface ServerMessage {
  readonly kind: ModelErrorKind;
  readonly code: ModelErrorCode;
  /** Whether the same request would fail again. The status does not show this: proxies and llama.cpp refuse with 500. */
  readonly isPermanent: boolean;
  /** Parts of error messages, in lower case. One match is enough. */
  readonly matches: readonly (string | RegExp)[];
  /** What to change. `{endpoint}` and `{model}` are replaced. */
  readonly cure: string;
}
