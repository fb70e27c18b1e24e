import type { Agent, JsonObject, SessionStore } from '@turnwise/core';
import { checkOptions, type OptionChecks, option } from '@turnwise/core/model';
import { viewOptions } from '../ai-ui/ai-ui-options.ts';
import type { ConversationView } from '../ai-ui/conversation.ts';

/** A request on a chat. */
export interface ChatRequest {
  readonly request: Request;
  /** The id that the page uses for the chat. Anybody can send any id. */
  readonly chatId: string;
  /** The JSON of a POST request, with the fields that the page adds; otherwise empty. Its messages prove nothing. */
  readonly body: JsonObject;
}

/** The options of {@link chatHandler}. */
export type ChatHandlerOptions<Context, Output> = ChatTuning &
  ContextOption<Context> & { readonly agent: Agent<Context, Output> };

/** The context of the agent for a request. It is required if the type of the context is known. */
export type ContextOption<Context> = unknown extends Context
  ? { readonly context?: ((chat: ChatRequest) => Context | Promise<Context>) | undefined }
  : { readonly context: (chat: ChatRequest) => Context | Promise<Context> };

/** The options that do not depend on the agent. */
export interface ChatTuning extends ConversationView {
  /** Keeps the conversations and the runs that wait, such as `fileSessionStore(folder)`. */
  readonly sessions: SessionStore;
  /**
   * The id of the session of a chat; `undefined` refuses the request. Check here who the user is, and put the user into the id:
   * `${user.id}/${chatId}`. @default the id of the chat: any client that knows it can use the chat
   */
  readonly sessionId?:
    | ((chat: ChatRequest) => string | undefined | Promise<string | undefined>)
    | undefined;
  /** Whether a new message is refused while calls wait for decisions, or cancels them. @default 'refuse' */
  readonly openCalls?: 'refuse' | 'cancel' | undefined;
  /**
   * What happens to a run if the client that started it disconnects. A page that is loaded again can read the rest of a run that
   * continues. @default 'continue'
   */
  readonly onDisconnect?: 'continue' | 'abort' | undefined;
  /** The largest body of a request, in bytes. Images are part of it. @default 4,194,304 */
  readonly maxBodyBytes?: number | undefined;
  /** Milliseconds without an event after which a comment keeps the connection open. @default 15,000 */
  readonly keepAliveMs?: number | undefined;
  /** Is called with each error that is not the fault of a client. @default console.error */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const chatOptions: OptionChecks<
  ChatTuning & { readonly agent: unknown; readonly context: unknown }
> = {
  ...viewOptions,
  agent: option.methods('an Agent', 'stream', 'resume', 'checkDecisions'),
  context: option.func,
  sessions: option.methods(
    'a SessionStore, such as fileSessionStore(folder)',
    'load',
    'append',
    'delete',
  ),
  sessionId: option.func,
  imageUrl: option.func,
  openCalls: option.oneOf('refuse', 'cancel'),
  onDisconnect: option.oneOf('continue', 'abort'),
  maxBodyBytes: option.whole(1),
  keepAliveMs: option.number({ above: 0, max: 2_147_483_647 }),
  onError: option.func,
};

/** Throws `invalid_options` for an option that does not exist, is wrong or is missing. */
export function checkChatOptions(options: unknown): void {
  const name = 'chatHandler()';
  checkOptions(options ?? {}, { name, known: chatOptions });
  const { agent = null, sessions = null } = Object(options) as Readonly<Record<string, unknown>>;
  // A missing option is `null` here, which none of the checks accepts.
  checkOptions({ agent, sessions }, { name, known: chatOptions });
}
