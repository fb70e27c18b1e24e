import { TurnwiseError } from '@turnwise/core';
import { ChatError, toErrorResponse } from './chat-error.ts';
import { type ChatHandlerOptions, checkChatOptions } from './chat-options.ts';
import { type AnyChatOptions, ChatServer, readChatId } from './chat-server.ts';

/** Answers the requests of `useChat`. It never rejects. */
export interface ChatHandler {
  (request: Request): Promise<Response>;
  /** Aborts all runs, for the end of the process. Resolves when their conversations are saved. */
  close(): Promise<void>;
}

/**
 * A chat server for `useChat` of the AI SDK. The server has the conversation: of the messages of a request, only the last message
 * of the user or the decisions on calls that wait are used. The part of the path before these ends has no meaning:
 *
 * - `POST …` starts a run with a new message, continues one with decisions, or makes the last answer again, and streams it.
 * - `GET …/ID/stream` streams the run that is running, from its beginning; 204 if none runs.
 * - `DELETE …/ID/stream` aborts the run that is running.
 * - `GET …/ID/messages` returns `{ messages, isRunning }`.
 *
 * Refusals are `{ code, error }` with a status from 400 on. Throws `invalid_options`.
 *
 * @example
 * const handler = chatHandler({ agent, sessions: fileSessionStore('sessions') });
 * createServer(toNodeHandler(handler)).listen(3000);
 */
export function chatHandler<Context, Output>(
  options: ChatHandlerOptions<Context, Output>,
): ChatHandler {
  checkChatOptions(options);
  // The types of the context and the output matter only to the functions of the program.
  const server = new ChatServer(options as unknown as AnyChatOptions);
  const handle = async (request: Request): Promise<Response> => {
    try {
      return await route(server, request);
    } catch (thrown) {
      return toErrorResponse(thrown, (error) => server.onError(error));
    }
  };
  return Object.assign(handle, { close: () => server.close() });
}

async function route(server: ChatServer, request: Request): Promise<Response> {
  const { method } = request;
  if (!URL.canParse(request.url)) {
    throw new TurnwiseError(
      'invalid_options',
      'The handler of chatHandler() takes a web Request. With node:http, use toNodeHandler(handler).',
    );
  }
  const [end = '', encodedId = ''] = new URL(request.url).pathname.split('/').reverse();
  if (end !== 'stream' && end !== 'messages') {
    if (method === 'POST') return await server.post(request);
    if (method === 'GET') throw new ChatError('not_found', `Use ${paths}.`);
    throw notAllowed('POST');
  }
  const chat = { request, body: {}, chatId: readChatId(decode(encodedId)) };
  if (end === 'messages') {
    if (method === 'GET') return await server.messages(chat);
    throw notAllowed('GET');
  }
  if (method === 'GET') return await server.resume(chat);
  if (method === 'DELETE') return await server.stop(chat);
  throw notAllowed('GET, DELETE');
}

const paths = 'POST, GET …/ID/stream, DELETE …/ID/stream or GET …/ID/messages';

function notAllowed(allowed: string): ChatError {
  return new ChatError('method_not_allowed', `Use ${allowed} here.`, { allow: allowed });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
