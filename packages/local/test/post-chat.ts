import type { Json, JsonObject } from '../src/index.ts';

/** The response to a chat request. */
export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  body: JsonObject;
}

/** Posts a chat request. Parses the body of the response if it is JSON. */
export async function postChat(
  url: string,
  body: Json,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: tryParse(text) };
}

/** The JSON chunks of an event stream, without `[DONE]`. */
export function readChunks(text: string): JsonObject[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data: ') && line !== 'data: [DONE]')
    .map((line) => JSON.parse(line.slice('data: '.length)) as JsonObject);
}

/** The value at a path of a JSON value: `pick(body, 'choices', 0, 'message')`. */
export function pick(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, step) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    return Array.isArray(inner) ? inner[Number(step)] : inner[step];
  }, value);
}

function tryParse(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
