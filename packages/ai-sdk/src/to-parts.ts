import type {
  LanguageModelV4Content,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider';
import { TurnwiseError, type Usage } from '@turnwise/core';
import type { AnswerProgress, Reply } from './answer-prompt.ts';

/** The content of a reply. */
export function contentOf(reply: Reply): LanguageModelV4Content[] {
  const { reasoning, reasoningMetadata, text, calls } = reply;
  return [
    ...(reasoning === ''
      ? []
      : [
          {
            type: 'reasoning',
            text: reasoning,
            ...(reasoningMetadata && { providerMetadata: reasoningMetadata }),
          } as const,
        ]),
    ...(text === '' ? [] : [{ type: 'text', text } as const]),
    ...calls.map(
      ({ id, name, input }) =>
        ({ type: 'tool-call', toolCallId: id, toolName: name, input }) as const,
    ),
  ];
}

/** The token counts of a reply. */
export function toUsage({
  inputTokens,
  outputTokens,
  cachedInputTokens,
}: Usage): LanguageModelV4Usage {
  return {
    inputTokens: {
      total: inputTokens,
      noCache: inputTokens - cachedInputTokens,
      cacheRead: cachedInputTokens,
      cacheWrite: undefined,
    },
    outputTokens: { total: outputTokens, text: undefined, reasoning: undefined },
  };
}

/** The parts of a stream, while the reply arrives. */
export interface PartStream {
  take(progress: AnswerProgress): readonly LanguageModelV4StreamPart[];
  /** Completes a text or reasoning. Throws `text_replaced` if other text was already emitted. */
  complete(type: 'text' | 'reasoning', whole: string): readonly LanguageModelV4StreamPart[];
}

/** Creates the parts of one stream. */
export function streamOf(): PartStream {
  const growing = { text: new GrowingText('text'), reasoning: new GrowingText('reasoning') };
  return {
    take(progress) {
      switch (progress.type) {
        case 'started':
          return [
            { type: 'stream-start', warnings: [...progress.warnings] },
            { type: 'response-metadata', modelId: progress.model },
          ];
        case 'restarted':
          growing.text.restart();
          growing.reasoning.restart();
          return [];
        default:
          return growing[progress.type].add(progress.delta);
      }
    },
    complete: (type, whole) => growing[type].complete(whole),
  };
}

/** The last parts of a stream. */
export function* streamEndOf(
  stream: PartStream,
  reply: Reply,
): Generator<LanguageModelV4StreamPart> {
  const metadata = reply.reasoningMetadata;
  for (const part of stream.complete('reasoning', reply.reasoning)) {
    yield part.type === 'reasoning-end' && metadata
      ? { ...part, providerMetadata: metadata }
      : part;
  }
  yield* stream.complete('text', reply.text);
  for (const { id, name, input } of reply.calls) {
    yield { type: 'tool-input-start', id, toolName: name };
    yield { type: 'tool-input-delta', id, delta: input };
    yield { type: 'tool-input-end', id };
    yield { type: 'tool-call', toolCallId: id, toolName: name, input };
  }
  yield {
    type: 'finish',
    finishReason: reply.finishReason,
    usage: toUsage(reply.usage),
    ...(reply.metadata && { providerMetadata: reply.metadata }),
  };
}

/** A text that may start again: what was emitted stays, as long as the new text begins with it. */
class GrowingText {
  readonly #type: 'text' | 'reasoning';
  #emitted = '';
  #current = '';

  constructor(type: 'text' | 'reasoning') {
    this.#type = type;
  }

  restart(): void {
    this.#current = '';
  }

  add(delta: string): readonly LanguageModelV4StreamPart[] {
    this.#current += delta;
    return this.#current.startsWith(this.#emitted) ? this.#grow(this.#current) : [];
  }

  complete(whole: string): readonly LanguageModelV4StreamPart[] {
    const isKept = whole.startsWith(this.#emitted);
    // Reasoning is only shown, but an answer must not be another one than the stream had.
    if (!isKept && this.#type === 'text') throw textReplaced();
    const parts = isKept ? this.#grow(whole) : [];
    return this.#emitted === '' ? [] : [...parts, { type: `${this.#type}-end`, id: this.#type }];
  }

  #grow(text: string): readonly LanguageModelV4StreamPart[] {
    const delta = text.slice(this.#emitted.length);
    if (delta === '') return [];
    const isFirst = this.#emitted === '';
    this.#emitted = text;
    const id = this.#type;
    const part = { type: `${this.#type}-delta`, id, delta } as const;
    return isFirst ? [{ type: `${this.#type}-start`, id }, part] : [part];
  }
}

function textReplaced(): TurnwiseError {
  return new TurnwiseError(
    'text_replaced',
    'The stream had text that the final reply does not contain: the reply broke off and was different the second time. Discard the text and send the request again.',
  );
}
