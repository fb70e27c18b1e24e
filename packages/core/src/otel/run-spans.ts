import {
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { EngineStop } from '../errors.ts';
import type { ModelProgress, ModelReply } from '../model/model.ts';
import type { CallOutcome } from '../run/calls/perform-call.ts';
import type { Effect, EffectExecution, Effects } from '../run/state/effects.ts';
import type { RunEvent } from '../run/state/run-event.ts';
import type { RunTrace, TracedRun } from '../run/state/run-tracer.ts';
import type { ToolCall } from '../turns/turn.ts';
import { failSpan } from './fail-span.ts';
import { inContext } from './in-context.ts';
import type { Instruments } from './instruments.ts';
import { RequestSpans } from './request-spans.ts';
import { endToolSpan, startToolSpan } from './tool-span.ts';

/** What the spans of a run are created with. */
export interface RunSpansParts {
  readonly tracer: Tracer;
  readonly instruments: Instruments;
  readonly run: TracedRun;
  /** The span of the run. */
  readonly span: Span;
  /** The context of the program that started the run, with the span of the run. */
  readonly parent: Context;
  /** The value of `gen_ai.provider.name`. */
  readonly provider: string;
  /** Whether spans contain the conversation. */
  readonly content: boolean;
}

/** The spans of one run: the run, its steps, and their requests and tools. */
export class RunSpans implements RunTrace {
  readonly id: string;
  readonly effects: Effects;
  readonly #parts: RunSpansParts;
  #step: { readonly span: Span; readonly context: Context } | undefined;
  /** The calls of the open step that have a span, by id. */
  readonly #tracedCalls = new Set<string>();

  constructor(parts: RunSpansParts) {
    this.#parts = parts;
    this.id = printSpanContext(parts.span.spanContext());
    this.effects = this.#wrap(parts.run.effects);
  }

  /** Starts the span of a run; its parent is the active span of the program. */
  static startSpan(tracer: Tracer, run: TracedRun, provider: string): Span {
    const { agent, model, conversationId, hasOutput, previous } = run;
    const attributes = {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.provider.name': provider,
      'gen_ai.agent.name': agent,
      'gen_ai.request.model': model,
      'gen_ai.conversation.id': conversationId,
      'gen_ai.output.type': hasOutput ? 'json' : 'text',
    };
    const links = previous === undefined ? [] : linkTo(previous);
    const options = { kind: SpanKind.INTERNAL, attributes, links };
    return tracer.startSpan(`invoke_agent ${agent}`, options, context.active());
  }

  onEvent(event: RunEvent): void {
    switch (event.type) {
      case 'step-started':
        this.#startStep(event.step);
        break;
      case 'tool-finished':
        this.#recordRefusal(event);
        break;
      case 'step-finished':
        this.#endStep();
        break;
      case 'run-finished': {
        const reason = event.status === 'stopped' ? event.reason : runEnds[event.status];
        this.#end({
          reason,
          inputTokens: event.usage.inputTokens,
          outputTokens: event.usage.outputTokens,
        });
        break;
      }
      case 'run-failed':
        this.#fail(event.error.code, event.error.message);
        break;
      default:
        break;
    }
  }

  onRefused(error: Error): void {
    const { code } = error as { readonly code?: unknown };
    this.#fail(typeof code === 'string' ? code : 'run_failed', error.message);
  }

  onEngineStop({ code, message }: EngineStop): void {
    this.#endStep();
    this.#fail(code, message);
  }

  get #context(): Context {
    return this.#step?.context ?? this.#parts.parent;
  }

  #startStep(step: number): void {
    const { tracer, parent } = this.#parts;
    const span = tracer.startSpan(`step ${step}`, { kind: SpanKind.INTERNAL }, parent);
    this.#step = { span, context: trace.setSpan(parent, span) };
  }

  #endStep(): void {
    this.#step?.span.end();
    this.#step = undefined;
    this.#tracedCalls.clear();
  }

  /** A call that was refused is not executed, so it has no span yet. */
  #recordRefusal({ call, result }: Extract<RunEvent, { type: 'tool-finished' }>): void {
    if (this.#tracedCalls.has(call.id)) return;
    endToolSpan(this.#startTool(call).span, result, this.#parts);
  }

  #startTool(call: ToolCall): { readonly span: Span; readonly context: Context } {
    this.#tracedCalls.add(call.id);
    const span = startToolSpan(call, { ...this.#parts, parent: this.#context });
    return { span, context: trace.setSpan(this.#context, span) };
  }

  /** A call without a result waits for a decision, and is executed again in another span. */
  #endTool(span: Span, outcome: CallOutcome): void {
    if ('result' in outcome) endToolSpan(span, outcome.result, this.#parts);
    else span.end();
  }

  #end(end: { reason: string; inputTokens: number; outputTokens: number }): void {
    const { span } = this.#parts;
    span.setAttributes({
      'gen_ai.response.finish_reasons': [end.reason],
      'gen_ai.usage.input_tokens': end.inputTokens,
      'gen_ai.usage.output_tokens': end.outputTokens,
    });
    span.end();
  }

  #fail(code: string, message: string): void {
    const { span } = this.#parts;
    failSpan(span, code, message);
    span.end();
  }

  #wrap(effects: Effects): Effects {
    return {
      get isReplaying() {
        return effects.isReplaying;
      },
      perform: (effect) => effects.perform({ ...effect, execute: this.#traced(effect) }),
      value: (effect) =>
        effects.value({
          ...effect,
          execute: (execution) => context.with(this.#context, () => effect.execute(execution)),
        }),
      all: (running) => effects.all(running),
    };
  }

  /** The work of an effect, with a span for each request and each tool. */
  #traced<Progress, Result>(
    effect: Effect<Progress, Result>,
  ): (execution: EffectExecution) => AsyncGenerator<Progress, Result> {
    if (effect.kind === 'model') {
      return (execution) => {
        const spans = new RequestSpans(this.#parts, this.#context);
        return inContext(effect.execute(execution), {
          context: () => spans.context,
          // Effects of this kind are requests of `perform-request.ts`.
          onProgress: (progress) => spans.onProgress(progress as ModelProgress),
          onResult: (reply) => spans.succeed(reply as ModelReply),
          onThrown: (thrown) => spans.fail(thrown),
        });
      };
    }
    if (effect.kind === 'tool') {
      return (execution) => {
        // Effects of this kind are calls of `call-tools.ts`.
        const { callId, ...rest } = effect.input() as unknown as CallInput;
        const call: ToolCall = { id: callId, ...rest };
        const tool = this.#startTool(call);
        return inContext(effect.execute(execution), {
          context: () => tool.context,
          onResult: (outcome) => this.#endTool(tool.span, outcome as CallOutcome),
          onThrown: () => tool.span.end(),
        });
      };
    }
    return (execution) => inContext(effect.execute(execution), plainWatch(this.#context));
  }
}

type CallInput = Omit<ToolCall, 'id'> & { readonly callId: string };

/** The finish reason of a run that was not stopped. */
const runEnds = { completed: 'stop', paused: 'paused' } as const;

function plainWatch(current: Context) {
  const nothing = () => undefined;
  return { context: () => current, onResult: nothing, onThrown: nothing };
}

/** Prints a span as a `traceparent` of the W3C, which can be saved as text. */
function printSpanContext({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function linkTo(printed: string): Link[] {
  const [, traceId, spanId, flags] =
    /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(printed) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return [];
  if (traceId === INVALID_SPAN_CONTEXT.traceId) return [];
  return [{ context: { traceId, spanId, traceFlags: Number.parseInt(flags, 16) } }];
}
