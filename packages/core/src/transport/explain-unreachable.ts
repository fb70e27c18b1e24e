import { ModelError, toError } from '../errors.ts';

/**
 * What a broken or refused connection means and what to check, as an error to throw.
 * Reads the codes of Node and undici anywhere along the causes.
 */
export function explainUnreachable(
  thrown: unknown,
  { endpoint, attempts }: { endpoint: string; attempts?: number },
): ModelError {
  const error = toError(thrown);
  const code = findCode(error);
  const host = new URL(endpoint).host;
  const { what, cure, isTls } = meaningOf(code, { endpoint, host });
  return new ModelError(
    'model_unreachable',
    what,
    {
      kind: isTls ? 'tls' : 'unreachable',
      cure,
      serverMessage: innermost(error).message,
      ...(attempts !== undefined && { attempts }),
    },
    { cause: error },
  );
}

interface Meaning {
  readonly what: string;
  readonly cure: string;
  readonly isTls?: boolean;
}

function meaningOf(code: string, { endpoint, host }: Record<'endpoint' | 'host', string>): Meaning {
  if (code === 'ECONNREFUSED') {
    return {
      what: `Nothing listens at ${endpoint}.`,
      cure: 'Is the server running? Start the Privatemode proxy or your server, or set `TURNWISE_BASE_URL` to where it is.',
    };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      what: `The name "${host}" could not be resolved (${code}).`,
      cure: 'Check the base URL, or `TURNWISE_BASE_URL`, and the network.',
    };
  }
  if (isTlsCode(code)) {
    return {
      what: `The certificate of ${host} is not trusted (${code}).`,
      cure: "Name the server's own certificate authority in `NODE_EXTRA_CA_CERTS`, or use http:// if the server speaks no TLS.",
      isTls: true,
    };
  }
  if (code.includes('TIMEOUT') || code === 'ETIMEDOUT') {
    return {
      what: `No connection to ${endpoint} in time (${code}).`,
      cure: 'Check the address, the firewall and the proxy settings (`HTTPS_PROXY`).',
    };
  }
  return {
    what: `The connection to ${endpoint} broke${code === '' ? '' : ` (${code})`}.`,
    cure: 'Check that the server is still running; its log may tell more.',
  };
}

function isTlsCode(code: string): boolean {
  return /CERT|SSL|TLS|UNABLE_TO_|SELF_SIGNED|EPROTO|SIGNATURE/.test(code);
}

function findCode(error: Error): string {
  for (const one of causesOf(error)) {
    if ('code' in one && typeof one.code === 'string') return one.code;
  }
  return '';
}

function innermost(error: Error): Error {
  return causesOf(error).at(-1) ?? error;
}

function causesOf(error: Error): readonly Error[] {
  const causes: Error[] = [];
  let next: unknown = error;
  // A cause may, in theory, point back at its own error.
  while (isError(next) && !causes.includes(next)) {
    causes.push(next);
    next = 'errors' in next && Array.isArray(next.errors) ? next.errors[0] : next.cause;
  }
  return causes;
}

/** Under jest, the errors of Node itself come from another realm and are no `instanceof Error`. */
function isError(value: unknown): value is Error {
  if (value instanceof Error) return true;
  return Object.prototype.toString.call(value) === '[object Error]';
}
