import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { type Model, TurnwiseError } from '@turnwise/core';
import { checkOptions, type OptionChecks, option } from '@turnwise/core/model';
import { answerPrompt } from './answer-prompt.ts';
import { contentOf, streamEndOf, streamOf, toUsage } from './to-parts.ts';
import type { TurnwiseOptions } from './turnwise-options.ts';

const known: OptionChecks<TurnwiseOptions> = {
  provider: option.text,
  // An agent is created with these options; it checks them.
  contextWindow: option.any,
  grounded: option.flag,
  outputRetries: option.whole(0),
  tracer: option.any,
};

/**
 * A Turnwise model as a language model of the AI SDK (7 or later), for `generateText`, `streamText`, `ToolLoopAgent`, and
 * every other program that takes a `LanguageModelV4`. The prompt may break the turn law: it is repaired. A reply is text or
 * calls; a reply that cannot be used is requested again, calls with wrong arguments go back to the model once more, and the
 * text of a request with tools is held back until it is known to be the answer. Fixes are in `providerMetadata.turnwise`.
 * Throws `invalid_options`; its requests throw `TurnwiseError`.
 *
 * @example
 * const { text } = await generateText({ model: turnwise(privatemode('gemma-3-27b')), tools, prompt });
 */
export function turnwise(model: Model, options: TurnwiseOptions = {}): LanguageModelV4 {
  checkOptions(options, { name: 'turnwise()', known });
  if (typeof model?.request !== 'function') {
    throw new TurnwiseError(
      'invalid_options',
      'turnwise() takes a Turnwise model, such as turnwise(openaiCompatible({ baseURL, model })).',
    );
  }
  const { provider = 'turnwise', ...agentOptions } = options;
  const parts = { model, agentOptions };
  return {
    specificationVersion: 'v4',
    provider,
    modelId: model.id,
    // The AI SDK downloads images: the server is sent their bytes.
    supportedUrls: {},
    doGenerate: async (call) => await generate(parts, call),
    doStream: async (call) => ({ stream: toReadable(streamParts(parts, call)) }),
  };
}

interface Parts {
  readonly model: Model;
  readonly agentOptions: Omit<TurnwiseOptions, 'provider'>;
}

async function generate(
  parts: Parts,
  call: LanguageModelV4CallOptions,
): Promise<LanguageModelV4GenerateResult> {
  const answering = answerPrompt(parts, call);
  let next = await answering.next();
  while (next.done !== true) next = await answering.next();
  const { reply, warnings } = next.value;
  return {
    content: contentOf(reply),
    finishReason: reply.finishReason,
    usage: toUsage(reply.usage),
    warnings: [...warnings],
    ...(reply.metadata && { providerMetadata: reply.metadata }),
    response: { modelId: parts.model.id },
  };
}

async function* streamParts(
  parts: Parts,
  call: LanguageModelV4CallOptions,
): AsyncGenerator<LanguageModelV4StreamPart, void> {
  const stream = streamOf();
  const answering = answerPrompt(parts, call);
  try {
    let next = await answering.next();
    while (next.done !== true) {
      yield* stream.take(next.value);
      next = await answering.next();
    }
    yield* streamEndOf(stream, next.value.reply);
  } finally {
    await answering.return(undefined as never);
  }
}

/** An error, also of a prompt that cannot be read, is the last part of the stream. */
function toReadable(
  parts: AsyncGenerator<LanguageModelV4StreamPart, void>,
): ReadableStream<LanguageModelV4StreamPart> {
  return new ReadableStream({
    async pull(controller) {
      try {
        const next = await parts.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      } catch (thrown) {
        controller.enqueue({ type: 'error', error: thrown });
        controller.close();
      }
    },
    async cancel() {
      await parts.return();
    },
  });
}
