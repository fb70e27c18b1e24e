import { setTimeout as delay } from 'node:timers/promises';
import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { type Model, TurnwiseError } from '@turnwise/core';
import {
  checkOptions,
  type ModelProgress,
  type ModelRequest,
  type OptionChecks,
  option,
} from '@turnwise/core/model';
import { CollectedContent, type ProviderReply } from './collected-content.ts';
import { readContent } from './read-content.ts';
import { toModelError } from './to-model-error.ts';
import { writePrompt } from './write-prompt.ts';

/** The options of `aiSdkModel()`. */
export interface AiSdkModelOptions {
  /** Passed to the provider with every request, such as `{ anthropic: { thinking: … } }`. @default none */
  readonly providerOptions?: LanguageModelV4CallOptions['providerOptions'] | undefined;
  /** Headers of every request. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** How many times a request is sent again that the provider reports as retryable. @default 2 */
  readonly maxRetries?: number | undefined;
}

const known: OptionChecks<AiSdkModelOptions> = {
  providerOptions: option.dictionary,
  headers: option.dictionary,
  maxRetries: option.whole(0),
};

/**
 * A language model of the AI SDK as the model of an agent: Anthropic, Google, Amazon Bedrock, OpenAI Responses and every
 * other provider with a `LanguageModelV4`. Its reasoning, signatures and other data of a turn are kept on the turn and sent
 * back to the same model only. Throws `invalid_options`.
 *
 * @example
 * const agent = new Agent({ name: 'guide', model: aiSdkModel(anthropic('claude-sonnet-4-5')), tools });
 */
export function aiSdkModel(model: LanguageModelV4, options: AiSdkModelOptions = {}): Model {
  checkOptions(options, { name: 'aiSdkModel()', known });
  requireLanguageModel(model);
  const profile = `ai-sdk:${model.provider}/${model.modelId}`;
  return {
    id: model.modelId,
    async *request(request, signal) {
      const prompt = await writePrompt(request, profile);
      yield {
        type: 'request-prepared',
        dialect: 'native',
        messages: prompt.length,
        estimatedTokens: request.estimatedTokens ?? 0,
        tools: request.tools?.length ?? 0,
      };
      const call: LanguageModelV4CallOptions = {
        ...toCallOptions(request, options),
        prompt,
        abortSignal: signal,
      };
      const result = yield* send({ model, call, signal, stream: request.stream }, options);
      return readContent(result, request, profile);
    },
  };
}

interface Sending {
  readonly model: LanguageModelV4;
  readonly call: LanguageModelV4CallOptions;
  readonly signal: AbortSignal;
  readonly stream: boolean;
}

async function* send(
  sending: Sending,
  { maxRetries = 2 }: AiSdkModelOptions,
): AsyncGenerator<ModelProgress, ProviderReply> {
  for (let attempt = 1; ; attempt += 1) {
    let hasDeltas = false;
    try {
      if (!sending.stream) return await generateOnce(sending);
      const sent = streamOnce(sending);
      let next = await sent.next();
      for (; next.done !== true; next = await sent.next()) {
        hasDeltas = true;
        yield next.value;
      }
      return next.value;
    } catch (thrown) {
      sending.signal.throwIfAborted();
      const { error, isRetryable } = toModelError(thrown, attempt);
      if (!isRetryable || attempt > maxRetries) throw error;
      const delayMs = error.details.retryAfterMs ?? 500 * 2 ** (attempt - 1);
      if (hasDeltas) yield { type: 'stream-restarted', reason: error.message };
      yield { type: 'request-retried', attempt, reason: error.message, delayMs };
      await delay(delayMs, undefined, { signal: sending.signal });
    }
  }
}

async function generateOnce({ model, call }: Sending): Promise<ProviderReply> {
  const { content, finishReason, usage, response } = await model.doGenerate(call);
  return { content, finishReason, usage, id: response?.id };
}

/** Collects the content of a stream, as `doGenerate` returns it. */
async function* streamOnce({ model, call }: Sending): AsyncGenerator<ModelProgress, ProviderReply> {
  const { stream } = await model.doStream(call);
  const collected = new CollectedContent();
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      yield* collected.take(next.value);
    }
  } finally {
    // The provider ends its request; its failure does not concern the reply.
    await reader.cancel().catch(() => undefined);
  }
  return collected.reply();
}

function toCallOptions(
  request: ModelRequest,
  { providerOptions, headers }: AiSdkModelOptions,
): Omit<LanguageModelV4CallOptions, 'prompt'> {
  const { temperature, topP, maxOutputTokens, stop, seed } = request.settings;
  return {
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(stop !== undefined && { stopSequences: [...stop] }),
    ...(seed !== undefined && { seed }),
    ...(providerOptions && { providerOptions }),
    ...(headers && { headers: { ...headers } }),
    ...(request.phase === 'act' ? toolOptions(request) : outputOptions(request)),
  };
}

function toolOptions({
  tools,
  toolChoice,
}: Extract<ModelRequest, { phase: 'act' }>): Pick<
  LanguageModelV4CallOptions,
  'tools' | 'toolChoice'
> {
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: 'function',
      name,
      description,
      inputSchema: parameters as never,
    })),
    toolChoice:
      typeof toolChoice === 'string'
        ? { type: toolChoice }
        : { type: 'tool', toolName: toolChoice.tool },
  };
}

/** Providers need the definitions of tools that the conversation has called, but the reply must not call them. */
function outputOptions({
  output,
  withheldTools,
}: Extract<ModelRequest, { phase: 'answer' }>): Partial<LanguageModelV4CallOptions> {
  return {
    ...(output && {
      responseFormat: { type: 'json', name: output.name, schema: output.schema as never },
    }),
    ...(withheldTools.length > 0 && {
      tools: withheldTools.map(({ name, description, parameters }) => ({
        type: 'function' as const,
        name,
        description,
        inputSchema: parameters as never,
      })),
      toolChoice: { type: 'none' as const },
    }),
  };
}

function requireLanguageModel(given: unknown): void {
  const { specificationVersion, request } = Object(given) as Readonly<Record<string, unknown>>;
  if (specificationVersion === 'v4') return;
  if (typeof request === 'function') {
    throw invalid('aiSdkModel() got a Turnwise model. Pass it to the agent as it is.');
  }
  throw invalid(
    specificationVersion === undefined
      ? "aiSdkModel() takes a model of a provider of the AI SDK, such as aiSdkModel(anthropic('claude-sonnet-4-5'))."
      : `aiSdkModel() takes a model of the AI SDK 7 (specification v4); this one has ${specificationVersion}. Update its provider.`,
  );
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
