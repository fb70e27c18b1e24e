import type { ChatMessage, ChatRequest } from '../chat/chat-request.ts';
import { textParser } from '../chat/reply-parser.ts';
import { imageTokens } from '../images.ts';
import { type JsonObject, toArray, toText } from '../json.ts';
import { ServerError } from '../server-error.ts';
import { assertAlternating, foldSystem, TemplateError } from '../templates/gemma-turn.ts';
import { renderOllama } from '../templates/ollama.ts';
import { toFormatGrammar } from './grammars.ts';
import type { CountTokens, Fitted, ServerFacts, ServerQuirks } from './server-quirks.ts';

/**
 * Ollama with its official gemma3: it has no tools, does not check the order of roles, and shortens a prompt
 * that exceeds the window without an error. (ollama issues 9680 and 11036)
 */
export const ollamaQuirks: ServerQuirks = {
  name: 'ollama',
  models: ['gemma3:12b'],
  ownedBy: 'library (rule-based stand-in, not a model)',
  contextWindow: 4096,
  headers: {},
  firstDelta: { role: 'assistant', content: '' },
  streamUsage: 'when-asked',
  messageFields: {},
  choiceFields: {},
  reportsCachedTokens: false,
  imageTokens: () => imageTokens,
  check(body, { models }) {
    const model = toText(body.model);
    if (model === '') throw ollamaError(400, 'model is required');
    if (!models.includes(model)) {
      throw ollamaError(404, `model "${model}" not found, try pulling it first`);
    }
    if (toArray(body.tools).length > 0) {
      throw ollamaError(400, `registry.ollama.ai/library/${model} does not support tools`);
    }
    if (!Array.isArray(body.messages) || body.messages.length === 0) {
      throw ollamaError(400, "[] is too short - 'messages'");
    }
  },
  prepare(request, { isStrict }) {
    if (isStrict) refuseBrokenOrder(request);
    return {
      prompt: renderOllama(request.messages),
      parser: textParser,
      ...toFormatGrammar(request),
    };
  },
  fit(prepared, request, { contextWindow }, count): Fitted {
    const { prompt, promptTokens } = truncate(request.messages, contextWindow, count);
    const available = Math.max(1, contextWindow - promptTokens);
    const replyTokens = Math.min(request.maxTokens ?? available, available);
    return { ...prepared, prompt, promptTokens, replyTokens };
  },
  refuseImage: (error) => ollamaError(400, error?.message ?? 'invalid image input'),
  refuseKey: () => ollamaError(401, 'unauthorized'),
  toError: ollamaError,
  probes: (facts) => toProbes(facts),
};

function ollamaError(status: number, message: string): ServerError {
  const type = status === 404 ? 'not_found_error' : 'api_error';
  return new ServerError(status, { error: { message, type, param: null, code: null } });
}

function refuseBrokenOrder({ messages }: ChatRequest): void {
  try {
    assertAlternating(foldSystem(messages).rest);
  } catch (error) {
    if (error instanceof TemplateError) throw ollamaError(400, error.message);
    throw error;
  }
}

/** Drops the oldest messages, except system messages and the last message, until the prompt fits. */
function truncate(
  messages: ChatMessage[],
  contextWindow: number,
  count: CountTokens,
): { prompt: string; promptTokens: number } {
  const kept = [...messages];
  while (true) {
    const prompt = renderOllama(kept);
    const promptTokens = count(prompt);
    const oldest = kept.findIndex(({ role }) => role !== 'system');
    if (promptTokens < contextWindow) return { prompt, promptTokens };
    if (oldest === -1 || oldest === kept.length - 1) {
      return cutStart(prompt, promptTokens, contextWindow);
    }
    kept.splice(oldest, 1);
  }
}

function cutStart(prompt: string, promptTokens: number, contextWindow: number) {
  const share = (contextWindow - 1) / promptTokens;
  return {
    prompt: prompt.slice(prompt.length - Math.floor(prompt.length * share)),
    promptTokens: contextWindow - 1,
  };
}

function toProbes({ models, contextWindow }: ServerFacts): ReturnType<ServerQuirks['probes']> {
  const details = { family: 'gemma3', parameter_size: '12.2B', quantization_level: 'Q4_K_M' };
  return {
    '/api/version': () => ({ version: '0.12.0' }),
    '/api/tags': () => ({ models: models.map((name) => ({ name, model: name, details })) }),
    '/api/show': (body: JsonObject) => ({
      details,
      model_info: {
        'general.architecture': 'gemma3',
        'gemma3.context_length': 131_072,
        'general.name': toText(body.model, models[0]),
      },
      parameters: `num_ctx ${contextWindow}`,
      capabilities: ['completion', 'vision'],
    }),
  };
}
