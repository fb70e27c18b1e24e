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

/** Who is asked, and how. */
export interface Probe {
  readonly fetchPage: FetchPage;
  /** The address of the API, such as `http://localhost:8080/v1`. */
  readonly endpoint: string;
  readonly model: string;
}

/** What a probe found. */
export interface Probed {
  readonly facts: ServerFacts;
  /** Whether the server answered at all; where it did not, the facts are empty and worth asking for again. */
  readonly hasAnswered: boolean;
}

/**
 * Asks a server what it is and how it serves a model: `/models` first, and where that names the server, its own page alone,
 * else those of llama.cpp, Ollama and LM Studio at once. At most five small requests, three seconds together. Never
 * throws; what does not answer in time or answers something else tells nothing.
 */
export async function probeServer(probe: Probe, signal: AbortSignal): Promise<Probed> {
  const pages = createPages(probe, AbortSignal.any([signal, AbortSignal.timeout(longestProbeMs)]));
  const general = readModelsPage(
    await pages.read({ url: `${probe.endpoint}/models` }),
    probe.model,
  );
  const looks = looksFor(general.server);
  const found = await Promise.all(looks.map((look) => look(pages, probe)));
  const own = found.find((facts) => facts !== undefined);
  return { facts: { ...general, ...own }, hasAnswered: pages.hasAnswered };
}

/** Milliseconds that all pages together may take. */
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
        // Whoever asks for a key, or is overloaded, may say more the next time.
        if (status < 500 && ![401, 403, 408, 429].includes(status)) hasAnswered = true;
        return status === 200 ? json : null;
      } catch {
        return null;
      }
    },
  };
}

type Look = (pages: Pages, probe: Probe) => Promise<ServerFacts | undefined>;

function looksFor(server: ServerKind | undefined): readonly Look[] {
  switch (server) {
    case 'vllm':
    case 'openai':
      return [];
    case 'llama.cpp':
      return [lookAtLlama];
    case 'ollama':
      return [lookAtOllama];
    case 'lm-studio':
      return [lookAtLmStudio];
    case undefined:
      return [lookAtLlama, lookAtOllama, lookAtLmStudio];
  }
}

async function lookAtLlama(pages: Pages, { endpoint, model }: Probe) {
  const query = new URLSearchParams({ model });
  return readLlamaProps(await pages.read({ url: `${rootOf(endpoint)}/props?${query}` }));
}

async function lookAtOllama(pages: Pages, { endpoint, model }: Probe) {
  const root = rootOf(endpoint);
  const shown = readOllamaShow(await pages.read({ url: `${root}/api/show`, body: { model } }));
  if (shown === undefined) return undefined;
  return { ...shown, ...readOllamaProcesses(await pages.read({ url: `${root}/api/ps` }), model) };
}

async function lookAtLmStudio(pages: Pages, { endpoint, model }: Probe) {
  return readLmStudioModels(await pages.read({ url: `${rootOf(endpoint)}/api/v0/models` }), model);
}

/** A server's own pages stand beside the API, not in it. */
function rootOf(endpoint: string): string {
  return endpoint.replace(/\/v1$/, '');
}
