import { isJsonObject, type JsonValue, parseJson } from '../json.ts';
import type { HttpRequest } from './http-exchange.ts';
import { type HideSecrets, hidden, isSecretField } from './secrets.ts';

/** Prints the requests to a server and its responses, without secrets. */
export interface WireDebug {
  request(url: string, request: HttpRequest): void;
  response(status: number, headers: Iterable<[string, string]>): void;
  /** The data of one event of a stream, or a whole body. */
  data(text: string): void;
}

/** What the printer hides. */
export interface WireDebugOptions {
  /** Hides the configured secrets in every text. */
  readonly hide: HideSecrets;
  /** Names of the headers that the program configured. */
  readonly headerNames: readonly string[];
}

/**
 * Prints to stderr if the environment variable `TURNWISE_DEBUG` contains `wire`; otherwise returns `undefined`.
 *
 * It hides the values of all query parameters, of all headers that the program configured, and of headers and fields with
 * the name of a secret; also every configured secret in any other place, and the data of images.
 */
export function createWireDebug({ hide, headerNames }: WireDebugOptions): WireDebug | undefined {
  const wanted = (process.env.TURNWISE_DEBUG ?? '').split(',').map((name) => name.trim());
  if (!wanted.includes('wire')) return undefined;
  const configured = new Set(headerNames.map((name) => name.toLowerCase()));
  const print = (parts: readonly string[]): void => {
    process.stderr.write(`${hide(parts.join('\n'))}\n`);
  };
  return {
    request: (url, { method, headers, body }) =>
      print([
        `→ ${method} ${hideQuery(url)}`,
        ...printHeaders(Object.entries(headers), configured),
        ...(body === null ? [] : [printRequest(`${body}`)]),
      ]),
    response: (status, headers) => print([`← ${status}`, ...printHeaders(headers, new Set())]),
    data: (text) => print([`← ${hideImages(hideFieldsInText(text))}`]),
  };
}

const secretHeader = /auth|cookie|key|token|secret|credential|pass|session|signature|jwt/i;

/** Limits of tokens are not secret, and useful in a log. */
const rateLimitHeader = /^x-ratelimit-/i;

function printHeaders(
  headers: Iterable<[string, string]>,
  configured: ReadonlySet<string>,
): readonly string[] {
  return [...headers].map(([name, value]) => {
    const isSecret =
      configured.has(name.toLowerCase()) ||
      (secretHeader.test(name) && !rateLimitHeader.test(name));
    return `  ${name}: ${isSecret ? hidden : value}`;
  });
}

function hideQuery(address: string): string {
  const url = new URL(address);
  for (const name of [...url.searchParams.keys()]) url.searchParams.set(name, hidden);
  return url.href;
}

function printRequest(body: string): string {
  const parsed: JsonValue = JSON.parse(body);
  return hideImages(JSON.stringify(hideFields(parsed), null, 2));
}

/** Fields of a request with names that the program chose for its data, not for secrets. */
const schemaFields: ReadonlySet<string> = new Set(['tools', 'response_format']);

function hideFields(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(hideFields);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      if (field === null || schemaFields.has(name)) return [name, field];
      return [name, isSecretField(name) ? hidden : hideFields(field)];
    }),
  );
}

/** Text that is not complete JSON is searched for fields with a string. */
function hideFieldsInText(text: string): string {
  const parsed = parseJson(text);
  if (parsed === undefined) {
    return text.replace(stringField, (all, name: string, start: string) =>
      isSecretField(name) ? `${start}"${hidden}"` : all,
    );
  }
  const kept = JSON.stringify(hideFields(parsed));
  return kept === JSON.stringify(parsed) ? text : kept;
}

const stringField = /(?="([^"\\]{1,60})")("[^"]+"\s*:\s*)"(?:[^"\\]|\\.)*"?/g;

function hideImages(text: string): string {
  return text.replace(
    /(;base64,[\w+/-]{16})([\w+/=-]+)/g,
    (_all, start: string, rest: string) => `${start}…(${rest.length} more)`,
  );
}
