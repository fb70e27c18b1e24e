import { context, createNoopMeter, isSpanContextValid, metrics, trace } from '@opentelemetry/api';
import { checkOptions, type OptionChecks, option } from '../options.ts';
import type { RunTracer } from '../run/state/run-tracer.ts';
import { instrumentsOf } from './instruments.ts';
import { RunSpans } from './run-spans.ts';

/** The options of `openTelemetry()`. */
export interface OpenTelemetryOptions {
  /**
   * Whether spans contain the conversation: instructions, messages, descriptions of tools, arguments and results.
   * Requests then report their messages, as with `observe: { messages: true }`. @default false
   */
  readonly content?: boolean | undefined;
  /** The value of `gen_ai.provider.name`, such as `mistral_ai`. @default 'openai', which also names servers compatible with it */
  readonly provider?: string | undefined;
}

const known: OptionChecks<OpenTelemetryOptions> = { content: option.flag, provider: option.text };

/** The name of the tracer and of the meter. */
const scope = '@turnwise/core';

/**
 * Records the runs of an agent as spans and metrics with the GenAI conventions of OpenTelemetry, through the SDK that the
 * program registered with `@opentelemetry/api`. Without one it records nothing and costs nothing. Pass the same tracer to
 * any number of agents. Throws `invalid_options`.
 *
 * @example
 * const agent = new Agent({ name: 'guide', model, tools, tracer: openTelemetry() });
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): RunTracer {
  checkOptions(options, { name: 'openTelemetry()', known });
  const { content = false, provider = 'openai' } = options;
  return {
    observesMessages: content,
    startRun(run) {
      // Taken for each run, because an SDK may be registered after the agent was created.
      const tracer = trace.getTracer(scope);
      const meter = metrics.getMeter(scope);
      const span = RunSpans.startSpan(tracer, run, provider);
      const isRecorded = isSpanContextValid(span.spanContext()) || meter !== createNoopMeter();
      if (!isRecorded) return undefined;
      const parent = trace.setSpan(context.active(), span);
      const instruments = instrumentsOf(meter);
      return new RunSpans({ tracer, instruments, run, span, parent, provider, content });
    },
  };
}
