import type { JsonValue } from '../json.ts';
import {
  readLlamaProps,
  readLmStudioModels,
  readModelsPage,
  readOllamaProcesses,
  readOllamaShow,
} from '../profile/read-server-pages.ts';
import type { ServerFacts, ServerKind } from '../profile/server-facts.ts';
import type { FetchPage, ServerPage } from '../transport/fetch-page.ts';

/** Which server to ask about which model. */
export interface Probe {
  readonly fetchPage: FetchPage;
  /** The address of the API, such as `http://localhost:8080/v1`. */
  readonly endpoint: string;
  readonly model: string;
}

/** The result of a probe. */
export interface Probed {
  readonly facts: ServerFacts;
  /** Whether the server answered. If not, the facts are empty and the next request should ask again. */
  readonly hasAnswered: boolean;
}

/**
 * Asks a server what it is and how it serves a model. First `/models`; if that page identifies the server, then only that
 * server's own page, otherwise the pages of llama.cpp, Ollama and LM Studio at once. At most five small requests within
 * three seconds. Never throws; a page that is late or has other content gives no facts.
 */
export async function probeServer(probe: Probe, signal: AbortSignal): Promise<Probed> {
  const pages = createPages(probe, AbortSignal.any([signal, AbortSignal.timeout(longestProbeMs)]));
  const general = readModelsPage(
    await pages.read({ url: `${probe.endpoint}/models` }),
    probe.model,
  );
  const readers = readersFor(general.server);
  const found = await Promise.all(readers.map((read) => read(pages, probe)));
  const own = found.find((facts) => facts !== undefined);
  return { facts: { ...general, ...own }, hasAnswered: pages.hasAnswered };
}

/** Milliseconds for all pages together. */
const longestProbeMs = 3_000;

interface Pages {
  /** `null` for a page that the server does not have. */
  read(page: ServerPage): Promise<JsonValue>;
  readonly hasAnswered: boolean;
}

function createPages({ fetchPage }: Probe, signal: AbortSignal): Pages {
  let hasAnswered = false;
  return {
    get hasAnswered() {
      return hasAnswered;
    },
    async read(page) {
      try {
        const { status, json } = await fetchPage(page, signal);
        // A server that asks for a key or is overloaded may report more the next time.
        if (status < 500 && ![401, 403, 408, 429].includes(status)) hasAnswered = true;
        return status === 200 ? json : null;
      } catch {
        return null;
      }
    },
  };
}

type ReadFacts = (pages: Pages, probe: Probe) => Promise<ServerFacts | undefined>;

function readersFor(server: ServerKind | undefined): readonly ReadFacts[] {
  switch (server) {
    case 'vllm':
    case 'openai':
      return [];
    case 'llama.cpp':
      return [readLlama];
    case 'ollama':
      return [readOllama];
    case 'lm-studio':
      return [readLmStudio];
    case undefined:
      return [readLlama, readOllama, readLmStudio];
  }
}

async function readLlama(pages: Pages, { endpoint, model }: Probe) {
  const query = new URLSearchParams({ model });
  return readLlamaProps(await pages.read({ url: `${rootOf(endpoint)}/props?${query}` }));
}

async function readOllama(pages: Pages, { endpoint, model }: Probe) {
  const root = rootOf(endpoint);
  const shown = readOllamaShow(await pages.read({ url: `${root}/api/show`, body: { model } }));
  if (shown === undefined) return undefined;
  return { ...shown, ...readOllamaProcesses(await pages.read({ url: `${root}/api/ps` }), model) };
}

async function readLmStudio(pages: Pages, { endpoint, model }: Probe) {
  return readLmStudioModels(await pages.read({ url: `${rootOf(endpoint)}/api/v0/models` }), model);
}

/** The server's own pages are outside of the path of the API. */
function rootOf(endpoint: string): string {
  return endpoint.replace(/\/v1$/, '');
}
