import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** A request with a JSON body, or without a body. */
export interface RestateRequest {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** A response that was read to its end. */
export interface RestateResponse {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends a request on a connection that is kept for the next one, and may wait for hours for the response. The global `fetch` gives up
 * after five minutes, and needs several times the CPU time. Rejects with the error of the connection, or the one of the signal.
 */
export async function sendRequest(
  url: URL,
  { method, headers, body, signal }: RestateRequest,
): Promise<RestateResponse> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const type = text === undefined ? {} : { 'content-type': 'application/json' };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = send(url, { method, headers: { ...headers, ...type }, signal });
    request.once('response', resolve);
    request.on('error', reject);
    request.end(text);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
}
