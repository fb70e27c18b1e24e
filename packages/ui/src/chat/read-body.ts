import type { JsonObject } from '@turnwise/core';
import { ChatError } from './chat-error.ts';

/**
 * The body of a request as a JSON object. Throws a `ChatError` for another type, a body with more than `maxBytes`, a body that is
 * not JSON, and a request whose client has gone.
 */
export async function readBody(request: Request, maxBytes: number): Promise<JsonObject> {
  // A page of another origin cannot send this type without asking the server first.
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    const message = 'Send the request with the header "content-type: application/json".';
    throw new ChatError('unsupported_media_type', message);
  }
  if (Number(request.headers.get('content-length')) > maxBytes) throw tooLarge(maxBytes);
  const text = await readText(request, maxBytes);
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as JsonObject;
  } catch {
    throw new ChatError('invalid_request', 'The body is not JSON.');
  }
  throw new ChatError('invalid_request', 'The body is not a JSON object.');
}

async function readText(request: Request, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) break;
      text += decoder.decode(chunk, { stream: true });
    }
  } catch {
    throw new ChatError('invalid_request', 'The body ended too early.');
  }
  if (bytes > maxBytes) throw tooLarge(maxBytes);
  if (request.signal.aborted) throw new ChatError('invalid_request', 'The request was aborted.');
  return text + decoder.decode();
}

function tooLarge(maxBytes: number): ChatError {
  return new ChatError('body_too_large', `The body has more than ${maxBytes} bytes.`);
}
