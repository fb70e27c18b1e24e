import { type Answer, answersJson, type ModelServer, startModelServer } from './model-server.ts';

/** A server with pages of its own; chat requests are answered in order, the last answer again and again. */
export interface RoutedServer extends ModelServer {
  /** Bodies of the chat requests, in order. */
  readonly chats: readonly Readonly<Record<string, unknown>>[];
  /** Paths of the other requests, in order. */
  readonly pages: readonly string[];
}

/** Starts a server that answers pages by their path, such as `/v1/models`, and 404 for those it does not have. */
export async function startRoutedServer(
  pages: Readonly<Record<string, Answer>>,
  ...chats: readonly Answer[]
): Promise<RoutedServer> {
  let chatCount = 0;
  const server = await startModelServer((response, request) => {
    const path = request.path.replace(/\?.*/, '');
    if (path === '/v1/chat/completions') {
      chatCount += 1;
      return chats[Math.min(chatCount, chats.length) - 1]?.(response, request);
    }
    return (pages[path] ?? answersJson({ error: 'Not Found' }, { status: 404 }))(response, request);
  });
  const isChat = ({ path }: { path: string }) => path === '/v1/chat/completions';
  return {
    ...server,
    get chats() {
      return server.requests.filter(isChat).map(({ body }) => body);
    },
    get pages() {
      return server.requests.filter((each) => !isChat(each)).map(({ path }) => path);
    },
  };
}

/** The page of `/models` of a server with one model. */
export function listsModel(id: string, owner: string, fields: object = {}): Answer {
  return answersJson({ object: 'list', data: [{ id, owned_by: owner, ...fields }] });
}

/** A whole reply that is text. */
export function repliesText(content: string): Answer {
  return repliesMessage({ role: 'assistant', content }, 'stop');
}

/** A whole reply that is one call. */
export function repliesCall(name: string, input: object): Answer {
  const call = { id: 'x', type: 'function', function: { name, arguments: JSON.stringify(input) } };
  return repliesMessage({ role: 'assistant', content: null, tool_calls: [call] }, 'tool_calls');
}

/** A refusal in the way of OpenAI. */
export function refuses(message: string, status = 400): Answer {
  return answersJson({ error: { message, type: 'BadRequestError', code: status } }, { status });
}

function repliesMessage(message: object, reason: string): Answer {
  return answersJson({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: reason }],
    usage: { prompt_tokens: 10, completion_tokens: 2 },
  });
}
