import { TurnwiseError } from '@turnwise/core';
import { errorText } from '../error-text.ts';

/** Why a request was refused. The codes of Turnwise are used too, such as `session_busy`, `calls_waiting` and `invalid_options`. */
export type ChatErrorCode =
  | 'invalid_request'
  | 'unsupported_media_type'
  | 'body_too_large'
  | 'not_found'
  | 'method_not_allowed'
  | 'forbidden'
  | 'decision_unknown'
  | 'nothing_to_regenerate';

const statuses: Readonly<Record<ChatErrorCode, number>> = {
  invalid_request: 400,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  decision_unknown: 409,
  nothing_to_regenerate: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
};

/** The errors of a run that a client can cause. All others are failures of the server. */
const statusesOfRuns: Readonly<Partial<Record<TurnwiseError['code'], number>>> = {
  invalid_options: 400,
  invalid_image: 400,
  session_busy: 409,
  session_conflict: 409,
  calls_waiting: 409,
  invalid_state: 409,
};

/** A request that is refused. The message is for the client. */
export class ChatError extends Error {
  readonly code: ChatErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ChatErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'ChatError';
    this.code = code;
    this.headers = headers;
  }
}

/** The response for an error: `{ code, error }`. Errors of the server are reported to `onError`, and their text is not sent. */
export function toErrorResponse(thrown: unknown, onError: (error: unknown) => void): Response {
  if (thrown instanceof ChatError) {
    const { code, message, headers } = thrown;
    return Response.json({ code, error: message }, { status: statuses[code], headers });
  }
  if (thrown instanceof TurnwiseError) {
    const { code, message } = thrown;
    const status = statusesOfRuns[code];
    if (status !== undefined) return Response.json({ code, error: message }, { status });
    onError(thrown);
    return Response.json({ code, error: errorText(thrown) }, { status: 500 });
  }
  onError(thrown);
  return Response.json({ code: 'internal_error', error: 'Internal error.' }, { status: 500 });
}
