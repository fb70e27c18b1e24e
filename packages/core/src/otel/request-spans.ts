import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { toError } from '../errors.ts';
import type { ModelProgress, ModelReply, RequestPrepared } from '../model/model.ts';
import type { TracedRun } from '../run/state/run-tracer.ts';
import { failSpan } from './fail-span.ts';
import type { Instruments } from './instruments.ts';
import { printPrompt, printReply } from './message-content.ts';

/** What the spans of requests are created with. */
export interface RequestSpansParts {
  readonly tracer: Tracer;
  readonly instruments: Instruments;
  readonly run: TracedRun;
  readonly provider: string;
  readonly content: boolean;
}

interface OpenRequest {
  readonly span: Span;
  readonly context: Context;
  /** Of `performance.now()`. */
  readonly startedAt: number;
  hasChunk: boolean;
}

/** The spans and metrics of one reply of a model: one request, or more if it is sent again in another form. */
export class RequestSpans {
  readonly #parts: RequestSpansParts;
  readonly #parent: Context;
  readonly #attributes: Attributes;
  #open: OpenRequest | undefined;

  constructor(parts: RequestSpansParts, parent: Context) {
    this.#parts = parts;
    this.#parent = parent;
    this.#attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': parts.provider,
      'gen_ai.request.model': parts.run.model,
    };
  }

  /** The context in which the model continues: the one of the open request, if there is one. */
  get context(): Context {
    return this.#open?.context ?? this.#parent;
  }

  onProgress(progress: ModelProgress): void {
    switch (progress.type) {
      case 'request-prepared':
        this.#start(progress);
        break;
      case 'text-delta':
      case 'reasoning-delta':
      case 'call-delta':
        this.#countChunk();
        break;
      case 'request-retried':
        this.#open?.span.addEvent('gen_ai.client.operation.exception', {
          'exception.message': progress.reason,
        });
        break;
      case 'dialect-changed':
        this.#endWith('dialect_changed', progress.why);
        break;
      default:
        break;
    }
  }

  succeed(reply: ModelReply): void {
    const open = this.#open;
    if (open === undefined) return;
    const { inputTokens, outputTokens, cachedInputTokens } = reply.usage;
    open.span.setAttributes({
      'gen_ai.response.finish_reasons': [finishReasons[reply.finishReason] ?? reply.finishReason],
      'gen_ai.usage.input_tokens': inputTokens,
      'gen_ai.usage.output_tokens': outputTokens,
      'gen_ai.usage.cache_read.input_tokens': cachedInputTokens,
      ...(reply.raw.id !== undefined && { 'gen_ai.response.id': reply.raw.id }),
      ...(this.#parts.content && { 'gen_ai.output.messages': printReply(reply) }),
    });
    const { tokens } = this.#parts.instruments;
    tokens.record(inputTokens, { ...this.#attributes, 'gen_ai.token.type': 'input' });
    tokens.record(outputTokens, { ...this.#attributes, 'gen_ai.token.type': 'output' });
    this.#end(open, this.#attributes);
  }

  fail(thrown: unknown): void {
    const error = toError(thrown);
    const { code } = error as { readonly code?: unknown };
    if (error.name === 'AbortError') this.#endWith('aborted', 'The run was aborted.');
    else this.#endWith(typeof code === 'string' ? code : error.name, error.message);
  }

  #start(prepared: RequestPrepared): void {
    const { tracer, run, content } = this.#parts;
    const attributes = {
      ...this.#attributes,
      ...settingsOf(run),
      ...(content && printPrompt(prepared)),
    };
    const options = { kind: SpanKind.CLIENT, attributes };
    const span = tracer.startSpan(`chat ${run.model}`, options, this.#parent);
    this.#open = {
      span,
      context: trace.setSpan(this.#parent, span),
      startedAt: performance.now(),
      hasChunk: false,
    };
  }

  #countChunk(): void {
    const open = this.#open;
    if (open === undefined || open.hasChunk || !this.#parts.run.stream) return;
    open.hasChunk = true;
    const seconds = secondsSince(open.startedAt);
    open.span.setAttribute('gen_ai.response.time_to_first_chunk', seconds);
    this.#parts.instruments.timeToFirstChunk.record(seconds, this.#attributes);
  }

  #endWith(type: string, message: string): void {
    if (this.#open === undefined) return;
    failSpan(this.#open.span, type, message);
    this.#end(this.#open, { ...this.#attributes, 'error.type': type });
  }

  #end({ span, startedAt }: OpenRequest, attributes: Attributes): void {
    this.#open = undefined;
    this.#parts.instruments.duration.record(secondsSince(startedAt), attributes);
    span.end();
  }
}

/** Names of the conventions for reasons that have another name here. */
const finishReasons: Readonly<Record<string, string>> = {
  'tool-calls': 'tool_call',
  'content-filter': 'content_filter',
};

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

/** The settings of a run that its requests send. */
function settingsOf({ settings, stream, hasOutput, conversationId }: TracedRun): Attributes {
  const { temperature, topP, maxOutputTokens, stop, seed } = settings;
  return {
    'gen_ai.request.stream': stream,
    'gen_ai.output.type': hasOutput ? 'json' : 'text',
    'gen_ai.conversation.id': conversationId,
    ...(temperature !== undefined && { 'gen_ai.request.temperature': temperature }),
    ...(topP !== undefined && { 'gen_ai.request.top_p': topP }),
    ...(maxOutputTokens !== undefined && { 'gen_ai.request.max_tokens': maxOutputTokens }),
    ...(stop !== undefined && { 'gen_ai.request.stop_sequences': [...stop] }),
    ...(seed !== undefined && { 'gen_ai.request.seed': seed }),
  };
}
