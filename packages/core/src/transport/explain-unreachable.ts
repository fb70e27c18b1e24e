import { ModelError, toError } from '../errors.ts';
import { hideInError } from './hide-in-error.ts';
import type { HideSecrets } from './secrets.ts';

/** An endpoint that could not be reached. */
export interface UnreachableEndpoint {
  /** The address of the API. */
  readonly endpoint: string;
  /** How many times the request was sent. */
  readonly attempts?: number;
  /** Hides secrets in the messages of the connection's errors. */
  readonly hide?: HideSecrets;
}

/**
 * Converts a failed connection to an error that explains it and what to check.
 * Reads the error codes of Node and undici from the error and its causes.
 */
export function explainUnreachable(
  thrown: unknown,
  { endpoint, attempts, hide = (text) => text }: UnreachableEndpoint,
): ModelError {
  const error = hideInError(toError(thrown), hide);
  const code = findCode(error);
  const host = new URL(endpoint).host;
  const { what, cure, isTls } = lacksTls(endpoint, error)
    ? withoutTls({ endpoint, host })
    : meaningOf(code, { endpoint, host });
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

/** Whether a server that was addressed with https:// answered without TLS, or ended the connection at the first bytes of TLS. */
function lacksTls(endpoint: string, error: Error): boolean {
  if (!endpoint.startsWith('https:')) return false;
  // OpenSSL takes an HTTP response for a TLS record of another version or of an impossible length.
  const pattern =
    /WRONG_VERSION_NUMBER|wrong version number|PACKET_LENGTH_TOO_LONG|packet length too long|HTTP_REQUEST|before secure TLS connection/;
  return causesOf(error).some((one) =>
    pattern.test(`${'code' in one ? String(one.code) : ''} ${one.message}`),
  );
}

function withoutTls({ endpoint, host }: Record<'endpoint' | 'host', string>): Meaning {
  return {
    what: `The server at ${host} does not use TLS, and the address starts with https://.`,
    cure: `Pass ${endpoint.replace('https:', 'http:')} as \`baseURL\`, or start the server with TLS.`,
    isTls: true,
  };
}

function meaningOf(code: string, { endpoint, host }: Record<'endpoint' | 'host', string>): Meaning {
  if (code === 'ECONNREFUSED') {
    return {
      what: `No server is listening at ${endpoint}.`,
      cure: 'Start the Privatemode proxy or your server, or pass its address as `baseURL`.',
    };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return {
      what: `The name "${host}" could not be resolved (${code}).`,
      cure: 'Check `baseURL` and the network.',
    };
  }
  if (isTlsCode(code)) {
    return {
      what: `The certificate of ${host} is not trusted (${code}).`,
      cure: "Set `NODE_EXTRA_CA_CERTS` to the server's certificate authority, or use http:// if the server does not use TLS.",
      isTls: true,
    };
  }
  if (code.includes('TIMEOUT') || code === 'ETIMEDOUT') {
    return {
      what: `The connection to ${endpoint} timed out (${code}).`,
      cure: 'Check the address, the firewall and the proxy settings (`HTTPS_PROXY`).',
    };
  }
  return {
    what: `The connection to ${endpoint} broke${code === '' ? '' : ` (${code})`}.`,
    cure: "Check that the server is still running, and read the server's log.",
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
  // The chain of causes can contain a cycle.
  while (isError(next) && !causes.includes(next)) {
    causes.push(next);
    next = 'errors' in next && Array.isArray(next.errors) ? next.errors[0] : next.cause;
  }
  return causes;
}

/** Under jest, the errors of Node itself come from another realm and are not an `instanceof Error`. */
function isError(value: unknown): value is Error {
  if (value instanceof Error) return true;
  return Object.prototype.toString.call(value) === '[object Error]';
}
