import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../json.ts';
import type { ServerFacts, ServerKind } from './server-facts.ts';

/** Reads the facts about a model from `GET {base}/models`. Every field may be missing, and the page may be any JSON. */
export function readModelsPage(page: JsonValue, model: string): ServerFacts {
  const served = entriesOf(page);
  const entry = served.find(({ id }) => id === model);
  // A server with a single model uses it for every model name.
  const about = entry ?? (served.length === 1 ? served[0] : undefined);
  const owner = (entry ?? served[0])?.owned_by;
  const server = typeof owner === 'string' ? serverOf(owner) : undefined;
  return {
    ...(server !== undefined && { server }),
    source: '/models',
    ...contextWindow(
      windowFields.map((field) => about?.[field]).find((value) => isTokenCount(value)),
    ),
    // llama.cpp
    ...parameterCount(objectOf(about?.meta).n_params),
  };
}

/** The names of vLLM, Mistral and LM Studio, OpenRouter, and Groq for the context window. */
const windowFields = ['max_model_len', 'max_context_length', 'context_length', 'context_window'];

const owners: readonly (readonly [RegExp, ServerKind])[] = [
  [/^vllm\b/i, 'vllm'],
  [/^llama\.?cpp\b/i, 'llama.cpp'],
  [/^library\b/i, 'ollama'],
  [/^organization_owner$/i, 'lm-studio'],
  [/^(openai|system|openai-internal)$/i, 'openai'],
];

function serverOf(owner: string): ServerKind | undefined {
  return owners.find(([pattern]) => pattern.test(owner))?.[1];
}

/**
 * Reads llama.cpp's `GET /props`; `undefined` if the page is not from llama.cpp. Builds before 2026 do not report what the
 * template supports (answers of builds b7347 and 0.5.0).
 */
export function readLlamaProps(page: JsonValue): ServerFacts | undefined {
  if (!isJsonObject(page)) return undefined;
  const settings = page.default_generation_settings;
  const abilities = page.chat_template_caps;
  if (!isJsonObject(settings) && !isJsonObject(abilities)) return undefined;
  const { supports_system_role: systemRole, supports_parallel_tool_calls: together } =
    objectOf(abilities);
  const tools = printsTools(objectOf(abilities));
  const { vision } = objectOf(page.modalities);
  return {
    server: 'llama.cpp',
    source: '/props',
    ...(tools !== undefined && { tools }),
    ...(together === false && { callsTogether: false }),
    ...(typeof systemRole === 'boolean' && { systemRole }),
    ...(typeof vision === 'boolean' && { images: vision }),
    ...(typeof page.chat_template === 'string' && { chatTemplate: page.chat_template }),
    ...contextWindow(objectOf(settings).n_ctx),
  };
}

/** Some templates print the tools, but not the calls of earlier turns: such a model would not know what it did (LFM2). */
function printsTools(abilities: JsonObject): boolean | undefined {
  const { supports_tools: tools, supports_tool_calls: calls } = abilities;
  if (tools === false || calls === false) return false;
  return tools === true ? true : undefined;
}

/**
 * Reads Ollama's `POST /api/show`; `undefined` if the page is not from Ollama. The context window is the served one, which
 * is far below the maximum of the model unless `num_ctx` is set (ollama issue 11036).
 */
export function readOllamaShow(page: JsonValue): ServerFacts | undefined {
  if (!isJsonObject(page) || !isJsonObject(page.model_info)) return undefined;
  const { capabilities, model_info: info } = page;
  const architecture = info['general.architecture'];
  const parameters = typeof page.parameters === 'string' ? page.parameters : '';
  const set = /^num_ctx\s+(\d+)/m.exec(parameters)?.[1];
  const own = info[`${architecture}.context_length`];
  const served = set === undefined ? defaultOllamaWindow : Number(set);
  return {
    server: 'ollama',
    source: '/api/show',
    ...(typeof architecture === 'string' && { architecture }),
    ...(isStrings(capabilities) && {
      tools: capabilities.includes('tools'),
      images: capabilities.includes('vision'),
    }),
    ...contextWindow(isTokenCount(own) ? Math.min(own, served) : served),
    ...parameterCount(info['general.parameter_count']),
  };
}

/** Ollama's context window if `num_ctx` is not set, in tokens. */
const defaultOllamaWindow = 4_096;

/** Reads the context window of a loaded model from Ollama's `GET /api/ps`, which includes the settings of the server. */
export function readOllamaProcesses(page: JsonValue, model: string): ServerFacts {
  const loaded = isJsonObject(page) ? objectsOf(page.models) : [];
  const entry = loaded.find(({ name, model: id }) => name === model || id === model);
  return contextWindow(entry?.context_length);
}

/** Reads LM Studio's `GET /api/v0/models`; `undefined` if the page is not from LM Studio. */
export function readLmStudioModels(page: JsonValue, model: string): ServerFacts | undefined {
  const entries = entriesOf(page).filter(({ state }) => typeof state === 'string');
  const entry = entries.find(({ id }) => id === model);
  if (entry === undefined) return entries.length === 0 ? undefined : { server: 'lm-studio' };
  const { capabilities, type, arch, loaded_context_length: loaded } = entry;
  const own = entry.max_context_length;
  return {
    server: 'lm-studio',
    source: '/api/v0/models',
    tools: isStrings(capabilities) && capabilities.includes('tool_use'),
    images: type === 'vlm',
    ...(typeof arch === 'string' && { architecture: arch }),
    ...contextWindow(isTokenCount(loaded) ? loaded : own),
  };
}

function contextWindow(value: JsonValue | undefined): Pick<ServerFacts, 'contextWindow'> {
  return isTokenCount(value) ? { contextWindow: value } : {};
}

function parameterCount(value: JsonValue | undefined): Pick<ServerFacts, 'parameters'> {
  return isTokenCount(value) ? { parameters: value } : {};
}

function isTokenCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

function entriesOf(page: JsonValue): readonly JsonObject[] {
  return isJsonObject(page) ? objectsOf(page.data) : [];
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return itemsOf(value).filter(isJsonObject);
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function isStrings(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
