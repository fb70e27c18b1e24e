import type { AiUiChunk, AiUiMessage, ChatHandler } from '@turnwise/ui';

const address = 'http://localhost/api/chat';

/** What the page sends as its messages. */
export type SentMessage = { readonly role: string; readonly parts: readonly unknown[] };

/** Sends a request with a JSON body. */
export async function post(
  handler: ChatHandler,
  body: unknown,
  init: RequestInit = {},
): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return await handler(new Request(address, { method: 'POST', headers, body: text, ...init }));
}

/** Sends a new message of the user, after others that the page claims to have. */
export async function send(
  handler: ChatHandler,
  id: string,
  text: string,
  before: readonly SentMessage[] = [],
): Promise<Response> {
  const message = { id: 'new', role: 'user', parts: [{ type: 'text', text }] };
  return await post(handler, { id, messages: [...before, message], trigger: 'submit-message' });
}

/** Sends the approvals of the last message, as `useChat` does. */
export async function respond(
  handler: ChatHandler,
  id: string,
  approvals: readonly {
    readonly id: string;
    readonly approved: boolean;
    readonly reason?: string;
  }[],
  extra: Readonly<Record<string, unknown>> = {},
): Promise<Response> {
  const parts = approvals.map((approval, place) => ({
    type: 'tool-refund',
    toolCallId: `1.${place}`,
    state: 'approval-responded',
    input: {},
    approval,
  }));
  const messages = [{ id: 'assistant-1', role: 'assistant', parts }];
  return await post(handler, { id, messages, trigger: 'submit-message', ...extra });
}

/** Sends a request without a body to a path of a chat. */
export async function ask(
  handler: ChatHandler,
  id: string,
  end: 'stream' | 'messages',
  method = 'GET',
): Promise<Response> {
  return await handler(new Request(`${address}/${encodeURIComponent(id)}/${end}`, { method }));
}

/** The messages of a chat. */
export async function history(handler: ChatHandler, id: string): Promise<AiUiMessage[]> {
  const response = await ask(handler, id, 'messages');
  return ((await response.json()) as { readonly messages: AiUiMessage[] }).messages;
}

/** The chunks of a response. Stops early if `until` returns true; the response stays open then. */
export async function readChunks(
  response: Response,
  until: (chunk: AiUiChunk) => boolean = () => false,
): Promise<AiUiChunk[]> {
  const chunks: AiUiChunk[] = [];
  const decoder = new TextDecoder();
  let rest = '';
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    const events = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      if (!event.startsWith('data: ') || event === 'data: [DONE]') continue;
      const chunk = JSON.parse(event.slice('data: '.length)) as AiUiChunk;
      chunks.push(chunk);
      if (until(chunk)) {
        reader.releaseLock();
        return chunks;
      }
    }
  }
  return chunks;
}

/** A stream of the chunks of a response, as the AI SDK reads it. */
export function toChunkStream(chunks: readonly AiUiChunk[]): ReadableStream<AiUiChunk> {
  return new ReadableStream({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** The ids of the approvals that the chunks request. */
export function approvalIds(chunks: readonly AiUiChunk[]): string[] {
  return chunks.flatMap((chunk) =>
    chunk.type === 'tool-approval-request' ? [chunk.approvalId] : [],
  );
}
