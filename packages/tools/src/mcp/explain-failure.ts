import {
  ProtocolError,
  ProtocolErrorCode,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnauthorizedError,
} from '@modelcontextprotocol/client';

/** Whether the server answered that it does not know the session, for example after it was started again. */
export function isLostSession(thrown: unknown): boolean {
  return thrown instanceof SdkHttpError && (thrown.status === 404 || thrown.status === 400);
}

const connectionErrors = new Set<string>([
  SdkErrorCode.ConnectionClosed,
  SdkErrorCode.NotConnected,
  SdkErrorCode.SendFailed,
]);

/** The error of a failed request, with a message for the model. */
export function explainFailure(thrown: unknown, name: string): Error {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (asksForInput(thrown)) {
    return new Error(
      `The MCP server "${name}" asks for something that this client cannot give. Send the call with all that it needs.`,
      { cause: thrown },
    );
  }
  const refused = explainRefusal(thrown, name);
  if (refused !== undefined) return refused;
  if (thrown instanceof SdkError && connectionErrors.has(thrown.code)) {
    return new Error(
      `The MCP server "${name}" ended before it answered. The next call connects again.`,
      { cause: thrown },
    );
  }
  const status = thrown instanceof SdkHttpError ? ` with HTTP ${thrown.status}` : '';
  return new Error(`The MCP server "${name}" answered${status}: ${reason}`, { cause: thrown });
}

/** The error of a connection that was lost and could not be opened again, with a message for the model. */
export function explainReconnection(thrown: unknown, name: string): Error {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return (
    explainRefusal(thrown, name) ??
    new Error(`The MCP server "${name}" cannot be reached: ${reason}`, { cause: thrown })
  );
}

/** The error of a request whose sign-in or token the server did not accept. */
function explainRefusal(thrown: unknown, name: string): Error | undefined {
  const cause = { cause: thrown };
  if (thrown instanceof UnauthorizedError) {
    const text = `The MCP server "${name}" does not accept the sign-in any more. The user must sign in again.`;
    return new Error(text, cause);
  }
  switch (refusedStatus(thrown)) {
    case 401: {
      const text = `The MCP server "${name}" does not accept the token of this program any more (HTTP 401). The user must sign in again, or give the program a new token.`;
      return new Error(text, cause);
    }
    case 403: {
      const text = `The MCP server "${name}" does not allow this (HTTP 403). The user needs an account or a token with more rights.`;
      return new Error(text, cause);
    }
    default:
      return undefined;
  }
}

/** The status of a response that refused who asked, 401 or 403. */
export function refusedStatus(thrown: unknown): number | undefined {
  if (!(thrown instanceof SdkHttpError)) return undefined;
  const { status } = thrown;
  return status === 401 || status === 403 ? status : undefined;
}

function asksForInput(thrown: unknown): boolean {
  if (thrown instanceof ProtocolError) {
    return thrown.code === ProtocolErrorCode.MissingRequiredClientCapability;
  }
  return thrown instanceof SdkError && thrown.code === SdkErrorCode.UnsupportedResultType;
}
