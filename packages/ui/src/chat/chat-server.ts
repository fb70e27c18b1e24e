import { type Agent, Session, Transcript, TurnwiseError } from '@turnwise/core';
import { storedMessages } from '../ai-ui/conversation.ts';
import { errorText } from '../error-text.ts';
import { aiUiHeaders } from '../http/sse.ts';
import { ChatError } from './chat-error.ts';
import type { ChatRequest, ChatTuning } from './chat-options.ts';
import { InOrder } from './in-order.ts';
import { prepareRun, toMessage } from './prepare-run.ts';
import { readAction } from './read-action.ts';
import { readBody } from './read-body.ts';
import { RunningChat } from './running-chat.ts';

/** Options with the types of any agent. */
export type AnyChatOptions = ChatTuning & {
  readonly agent: Agent<unknown, unknown>;
  readonly context?: ((chat: ChatRequest) => unknown) | undefined;
};

/** Answers the requests of one handler, and keeps its runs. */
export class ChatServer {
  readonly #options: AnyChatOptions;
  /** By session id. */
  readonly #running = new Map<string, RunningChat>();
  readonly #inOrder = new InOrder();

  constructor(options: AnyChatOptions) {
    this.#options = {
      ...options,
      errorText: (error) => {
        this.onError(error);
        return (options.errorText ?? errorText)(error);
      },
    };
  }

  /** Reports an error that is not the fault of a client. */
  onError(error: unknown): void {
    (this.#options.onError ?? console.error)(error);
  }

  /** A new message, decisions or the wish for another answer: starts a run and streams it. */
  async post(request: Request): Promise<Response> {
    const { maxBodyBytes = 4_194_304 } = this.#options;
    const body = await readBody(request, maxBodyBytes);
    const chat = { request, body, chatId: readChatId(body.id) };
    const id = await this.#sessionId(chat);
    const action = readAction(body);
    const context = await this.#options.context?.(chat);
    // Two decisions on one call must not both find it waiting.
    const { running, isShownAgain } = await this.#inOrder.run(id, async () => {
      if (this.#running.has(id)) throw busy();
      const session = new Session({ id, store: this.#options.sessions });
      const { agent, openCalls } = this.#options;
      const view = this.#options;
      const prepared = await prepareRun(action, { agent, session, context, openCalls, view });
      if (request.signal.aborted) {
        throw new ChatError('invalid_request', 'The request was aborted.');
      }
      const started = await RunningChat.start(prepared, (ended) => {
        if (this.#running.get(id) === ended) this.#running.delete(id);
      });
      this.#running.set(id, started);
      return { running: started, isShownAgain: prepared.isShownAgain };
    });
    const stops = this.#options.onDisconnect === 'abort';
    return this.#stream(running, isShownAgain, () => stops && running.abort());
  }

  /** The rest of a running run, with everything before it; 204 if none runs. */
  async resume(chat: ChatRequest): Promise<Response> {
    const running = this.#running.get(await this.#sessionId(chat));
    if (running === undefined) return new Response(null, { status: 204 });
    return this.#stream(running, true, () => undefined);
  }

  /** Aborts the running run, and answers when its conversation is saved. */
  async stop(chat: ChatRequest): Promise<Response> {
    const running = this.#running.get(await this.#sessionId(chat));
    running?.abort();
    await running?.ended;
    return new Response(null, { status: 204 });
  }

  /** The conversation so far. */
  async messages(chat: ChatRequest): Promise<Response> {
    const id = await this.#sessionId(chat);
    const { sessions } = this.#options;
    const { turns = [], notes: { paused } = {} } = (await sessions.load(id)) ?? {};
    // A run that ends now has saved its turns before, and one that starts now has the same turns.
    const running = this.#running.get(id);
    if (running !== undefined)
      return Response.json({ messages: running.messages, isRunning: true });
    const { turns: checked } = Transcript.fromJSON({ v: 1, turns });
    const messages = storedMessages(checked, paused, this.#options).map(toMessage);
    return Response.json({ messages, isRunning: false });
  }

  /** Aborts all runs. Resolves when their conversations are saved. */
  async close(): Promise<void> {
    const all = [...this.#running.values()];
    for (const running of all) running.abort();
    await Promise.all(all.map(({ ended }) => ended));
  }

  #stream(running: RunningChat, isWhole: boolean, onCancel: () => void): Response {
    const { keepAliveMs = 15_000 } = this.#options;
    return new Response(running.read({ isWhole, keepAliveMs, onCancel }), { headers: aiUiHeaders });
  }

  async #sessionId(chat: ChatRequest): Promise<string> {
    const { sessionId } = this.#options;
    const id = sessionId === undefined ? chat.chatId : await sessionId(chat);
    if (id !== undefined) return id;
    throw new ChatError('forbidden', 'You may not use this chat.');
  }
}

/** The id of a chat. Throws a `ChatError` for another value. */
export function readChatId(id: unknown): string {
  if (typeof id === 'string' && id.length > 0 && id.length <= 200) return id;
  throw new ChatError(
    'invalid_request',
    'The id of the chat is not a text of 1 to 200 characters.',
  );
}

function busy(): TurnwiseError {
  return new TurnwiseError(
    'session_busy',
    'The chat is being answered. Wait for the answer, or stop it with DELETE on its stream.',
  );
}
