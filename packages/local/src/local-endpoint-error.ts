/** The endpoint could not be started, or an option is not valid. The message names what to change. */
export class LocalEndpointError extends Error {
  readonly code: 'port_taken' | 'invalid_options' | 'listen_failed';

  constructor(code: LocalEndpointError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}
