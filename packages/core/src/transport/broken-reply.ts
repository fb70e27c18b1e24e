/** The body ended, or could not be parsed, before the reply was complete. The same request may succeed when it is sent again. */
export class BrokenReply extends Error {
  /** The server's own explanation, if it sent one. */
  readonly serverMessage: string | undefined;

  constructor(message: string, options: ErrorOptions & { readonly serverMessage?: string } = {}) {
    super(message, options);
    this.serverMessage = options.serverMessage;
  }
}
