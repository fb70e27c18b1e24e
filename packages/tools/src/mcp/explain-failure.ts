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
  if (thrown instanceof UnauthorizedError) {
    const text = `The MCP server "${name}" does not accept the sign-in any more. The user must sign in again.`;
    return new Error(text, { cause: thrown });
  }
  if (thrown instanceof SdkError && connectionErrors.has(thrown.code)) {
    return new Error(
      `The MCP server "${name}" ended before it answered. The next call connects again.`,
      { cause: thrown },
    );
  }
  return new Error(`The MCP server "${name}" answered: ${reason}`, { cause: thrown });
}

function asksForInput(thrown: unknown): boolean {
  if (thrown instanceof ProtocolError) {
    return thrown.code === ProtocolErrorCode.MissingRequiredClientCapability;
  }
  return thrown instanceof SdkError && thrown.code === SdkErrorCode.UnsupportedResultType;
}
