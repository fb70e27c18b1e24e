import type {
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { ModelError } from '@turnwise/core';
import type { ModelProgress } from '@turnwise/core/model';

/** What a reply consists of. */
export type ProviderReply = Pick<
  LanguageModelV4GenerateResult,
  'content' | 'finishReason' | 'usage'
> & { readonly id?: string | undefined };

type Growing = Extract<LanguageModelV4Content, { type: 'text' | 'reasoning' }>;

/** Collects the parts of a stream into the content that `doGenerate` would return. */
export class CollectedContent {
  readonly #content: LanguageModelV4Content[] = [];
  readonly #growing = new Map<string, Growing>();
  readonly #callIndexes = new Map<string, number>();
  #finish: Pick<ProviderReply, 'finishReason' | 'usage'> | undefined;
  #id: string | undefined;

  /** Takes a part, and yields what can be shown of it. Throws the error of an error part. */
  *take(part: LanguageModelV4StreamPart): Generator<ModelProgress, void> {
    switch (part.type) {
      case 'text-start':
      case 'reasoning-start':
        this.#start(part.type === 'text-start' ? 'text' : 'reasoning', part);
        break;
      case 'text-delta':
      case 'reasoning-delta': {
        const kind = part.type === 'text-delta' ? 'text' : 'reasoning';
        this.#grow(`${kind} ${part.id}`, part.delta, part.providerMetadata);
        yield { type: part.type, text: part.delta };
        break;
      }
      case 'text-end':
        this.#grow(`text ${part.id}`, '', part.providerMetadata);
        break;
      case 'reasoning-end':
        this.#grow(`reasoning ${part.id}`, '', part.providerMetadata);
        break;
      case 'tool-input-start':
        if (part.providerExecuted === true) break;
        this.#callIndexes.set(part.id, this.#callIndexes.size);
        yield { type: 'call-delta', index: this.#indexOf(part.id), name: part.toolName };
        break;
      case 'tool-input-delta':
        if (!this.#callIndexes.has(part.id)) break;
        yield { type: 'call-delta', index: this.#indexOf(part.id), arguments: part.delta };
        break;
      case 'response-metadata':
        this.#id = part.id;
        break;
      case 'finish':
        this.#finish = { finishReason: part.finishReason, usage: part.usage };
        break;
      case 'error':
        throw part.error;
      case 'stream-start':
      case 'tool-input-end':
      case 'raw':
      case 'ping':
        break;
      default:
        this.#content.push(part);
    }
  }

  /** The whole reply. Throws `model_failed` if the last part is missing. */
  reply(): ProviderReply {
    if (this.#finish === undefined) {
      throw new ModelError(
        'model_failed',
        'The stream of the provider ended before its last part.',
      );
    }
    return { content: this.#content, ...this.#finish, id: this.#id };
  }

  #start(
    type: 'text' | 'reasoning',
    {
      id,
      providerMetadata,
    }: { readonly id: string; readonly providerMetadata?: Growing['providerMetadata'] },
  ): void {
    const part: Growing = { type, text: '', ...(providerMetadata && { providerMetadata }) };
    this.#growing.set(`${type} ${id}`, part);
    this.#content.push(part);
  }

  #grow(key: string, delta: string, metadata: Growing['providerMetadata']): void {
    const part = this.#growing.get(key);
    if (part === undefined) return;
    part.text += delta;
    if (metadata !== undefined) part.providerMetadata = metadata;
  }

  #indexOf(id: string): number {
    return this.#callIndexes.get(id) ?? 0;
  }
}
