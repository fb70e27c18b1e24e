import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { TemplateMessage } from './render-templates.ts';
import type { TemplateAbilities } from './template-abilities.ts';

/** How one model is served. */
interface ServedTemplate {
  readonly server: 'vllm' | 'llama.cpp';
  readonly source: string;
  readonly abilities: TemplateAbilities;
}

/** The body of a request for a completion, as far as a template sees it. */
export interface RequestBody {
  readonly messages: readonly TemplateMessage[];
  readonly tools?: readonly unknown[];
}

/** A server on loopback that reports a template as its server would and keeps the requests. */
export interface TemplateServer {
  /** The base URL of the model with this template. */
  baseURL(served: ServedTemplate): string;
  /** The last request for a completion. */
  readonly last: RequestBody | undefined;
  close(): void;
}

export async function startTemplateServer(): Promise<TemplateServer> {
  const models: ServedTemplate[] = [];
  let last: RequestBody | undefined;
  const server = createServer(async (request, response) => {
    const [, place = '', ...path] = new URL(request.url ?? '/', 'http://any').pathname.split('/');
    const served = models[Number(place)];
    const page = served && (await answer(served, path.join('/'), request));
    if (page === undefined) {
      response.writeHead(404).end('{}');
      return;
    }
    if (page.request !== undefined) last = page.request;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: (served) => `http://127.0.0.1:${port}/${models.push(served) - 1}/v1`,
    get last() {
      return last;
    },
    close: () => server.close(),
  };
}

async function answer(
  served: ServedTemplate,
  path: string,
  request: IncomingMessage,
): Promise<{ readonly body: unknown; readonly request?: RequestBody } | undefined> {
  if (path === 'v1/models') {
    const owner = served.server === 'vllm' ? 'vllm' : 'llamacpp';
    return { body: { object: 'list', data: [{ id: 'served', object: 'model', owned_by: owner }] } };
  }
  if (path === 'props' && served.server === 'llama.cpp') {
    return {
      body: {
        default_generation_settings: { n_ctx: 32_768 },
        chat_template: served.source,
        chat_template_caps: served.abilities,
      },
    };
  }
  if (path !== 'v1/chat/completions') return undefined;
  const body = (await json(request)) as RequestBody;
  const choice = {
    index: 0,
    message: { role: 'assistant', content: 'Done.' },
    finish_reason: 'stop',
  };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  return {
    request: body,
    body: { id: 'x', object: 'chat.completion', choices: [choice], usage },
  };
}
