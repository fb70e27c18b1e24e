import { isJsonObject, type JsonValue } from '../json.ts';
import type { HttpRequest } from './http-exchange.ts';

/** Prints the requests to a server and its responses, without secrets. */
export interface WireDebug {
  request(url: string, request: HttpRequest): void;
  response(status: number, headers: Iterable<[string, string]>): void;
  /** The data of one event of a stream, or a whole body. */
  data(text: string): void;
}

/**
 * Prints to stderr if the environment variable `TURNWISE_DEBUG` contains `wire`; otherwise returns `undefined`.
 * It hides `secrets` in every place, and also headers, query parameters and fields with the name of a secret, and the data
 * of images.
 */
export function createWireDebug(secrets: readonly string[]): WireDebug | undefined {
  const wanted = (process.env.TURNWISE_DEBUG ?? '').split(',').map((name) => name.trim());
  if (!wanted.includes('wire')) return undefined;
  const print = (parts: readonly string[]): void => {
    const text = secrets.reduce((all, secret) => all.replaceAll(secret, hidden), parts.join('\n'));
    process.stderr.write(`${text}\n`);
  };
  return {
    request: (url, { method, headers, body }) =>
      print([
        `→ ${method} ${hideQuery(url)}`,
        ...toLines(Object.entries(headers)),
        ...(body === null ? [] : [toPrettyJson(`${body}`)]),
      ]),
    response: (status, headers) => print([`← ${status}`, ...toLines(headers)]),
    data: (text) => print([`← ${hideImages(text)}`]),
  };
}

const hidden = '***';

const secretHeader = /authorization|cookie|key|token|secret/i;

const secretField = /^(cache_salt|authorization|password|.*secret.*|.*api_?key.*|access_token)$/i;

function toLines(headers: Iterable<[string, string]>): readonly string[] {
  return [...headers].map(
    ([name, value]) => `  ${name}: ${secretHeader.test(name) ? hidden : value}`,
  );
}

function hideQuery(address: string): string {
  const url = new URL(address);
  for (const name of url.searchParams.keys()) {
    if (secretHeader.test(name)) url.searchParams.set(name, hidden);
  }
  return url.href;
}

function toPrettyJson(body: string): string {
  const parsed: JsonValue = JSON.parse(body);
  return JSON.stringify(parsed, hideField, 2);
}

function hideField(name: string, value: JsonValue): JsonValue {
  if (typeof value === 'string') return secretField.test(name) ? hidden : hideImages(value);
  return isJsonObject(value) && secretField.test(name) ? hidden : value;
}

function hideImages(text: string): string {
  return text.replace(
    /(;base64,[\w+/-]{16})([\w+/=-]+)/g,
    (_all, start: string, rest: string) => `${start}…(${rest.length} more)`,
  );
}
