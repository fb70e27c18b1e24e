import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { context, metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { Agent, openaiCompatible, tool } from '@turnwise/core';
import { openTelemetry } from '@turnwise/core/otel';
import { callsTool, callsTools, fails, says, scriptedModel } from '@turnwise/core/testing';
import { z } from 'zod';
import { answersJson, completion, startModelServer } from '../support/model-server.ts';

/** Every name that may be recorded: those of the GenAI conventions that apply, and `error.type`. */
const knownNames = new Set([
  'error.type',
  'exception.message',
  'gen_ai.agent.name',
  'gen_ai.client.operation.duration',
  'gen_ai.client.operation.exception',
  'gen_ai.client.operation.time_to_first_chunk',
  'gen_ai.client.token.usage',
  'gen_ai.conversation.id',
  'gen_ai.input.messages',
  'gen_ai.operation.name',
  'gen_ai.output.messages',
  'gen_ai.output.type',
  'gen_ai.provider.name',
  'gen_ai.request.max_tokens',
  'gen_ai.request.model',
  'gen_ai.request.seed',
  'gen_ai.request.stop_sequences',
  'gen_ai.request.stream',
  'gen_ai.request.temperature',
  'gen_ai.request.top_p',
  'gen_ai.response.finish_reasons',
  'gen_ai.response.id',
  'gen_ai.response.time_to_first_chunk',
  'gen_ai.system_instructions',
  'gen_ai.token.type',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.id',
  'gen_ai.tool.call.result',
  'gen_ai.tool.name',
  'gen_ai.tool.type',
  'gen_ai.usage.cache_read.input_tokens',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
]);
const scope = '@turnwise/core';
const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const measured = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader = new PeriodicExportingMetricReader({
  exporter: measured,
  exportIntervalMillis: 3_600_000,
});
const meterProvider = new MeterProvider({ readers: [reader] });

beforeAll(() => provider.register());
beforeEach(() => {
  metrics.setGlobalMeterProvider(meterProvider);
});
afterEach(() => {
  exporter.reset();
  metrics.disable();
});
afterAll(async () => {
  await provider.shutdown();
  await meterProvider.shutdown();
});

const ask = tool({
  name: 'ask',
  description: 'Asks.',
  parameters: z.object({ what: z.string() }),
  execute: async ({ what }) => {
    await Promise.resolve();
    trace.getTracer('program').startSpan('work').end();
    if (what === 'nothing') throw new Error('There is nothing.');
    return `about ${what}`;
  },
});
const erase = tool({
  name: 'erase',
  description: 'Erases.',
  parameters: z.object({}),
  needsApproval: true,
  execute: () => 'Erased.',
});
const tracer = openTelemetry();

/** The spans as a tree: two spaces for each level, in the order in which they started. */
function tree(spans: readonly ReadableSpan[], parent?: string, indent = ''): string[] {
  const children = spans
    .filter((span) => span.parentSpanContext?.spanId === parent)
    .sort((one, other) => compareTimes(one, other));
  return children.flatMap((span) => [
    `${indent}${span.name}`,
    ...tree(spans, span.spanContext().spanId, `${indent}  `),
  ]);
}

/** The metrics of agents, without those of undici. */
function recordedMetrics(): readonly MetricData[] {
  const scopes = measured.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
  return scopes.filter((each) => each.scope.name === scope).flatMap((each) => each.metrics);
}

function compareTimes({ startTime: [one, oneNs] }: ReadableSpan, other: ReadableSpan): number {
  return one - other.startTime[0] || oneNs - other.startTime[1];
}

function spanNamed(name: string): ReadableSpan {
  const span = exporter.getFinishedSpans().find((each) => each.name === name);
  if (span === undefined) throw new Error(`There is no span "${name}".`);
  return span;
}

describe('spans', () => {
  test('a run, its steps, requests and tools form a tree, also for a tool that awaits', async () => {
    const model = scriptedModel([
      callsTools(['ask', { what: 'rain' }], ['ask', { what: 'snow' }]),
      says('Both.'),
    ]);
    await new Agent({ name: 'guide', model, tools: [ask], tracer }).run('Go.');
    expect(tree(exporter.getFinishedSpans())).toEqual([
      'invoke_agent guide',
      '  step 1',
      '    chat scripted',
      '    execute_tool ask',
      '      work',
      '    execute_tool ask',
      '      work',
      '  step 2',
      '    chat scripted',
    ]);
    expect(spanNamed('invoke_agent guide')).toMatchObject({
      kind: SpanKind.INTERNAL,
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.provider.name': 'openai',
        'gen_ai.agent.name': 'guide',
        'gen_ai.response.finish_reasons': ['stop'],
      },
    });
    expect(spanNamed('chat scripted').kind).toBe(SpanKind.CLIENT);
  });

  test('a streamed run has the same tree below the span of the program that started it', async () => {
    const model = scriptedModel([callsTool('ask', { what: 'rain' }), says('Rain.')]);
    const agent = new Agent({ name: 'guide', model, tools: [ask], tracer });
    await trace.getTracer('program').startActiveSpan('main', async (main) => {
      const run = agent.stream('Go.');
      // The reader is in another context, which must not become the parent.
      await trace.getTracer('program').startActiveSpan('reader', async (span) => {
        for await (const _ of run);
        span.end();
      });
      main.end();
    });
    const lines = tree(exporter.getFinishedSpans());
    expect(lines.slice(0, 2)).toEqual(['main', '  invoke_agent guide']);
    expect(lines).toContain('        work');
    expect(lines.at(-1)).toBe('  reader');
    expect(spanNamed('chat scripted').attributes).toHaveProperty([
      'gen_ai.response.time_to_first_chunk',
    ]);
  });

  test('a tool that throws and a call that is refused have the status of their result as error type', async () => {
    const model = scriptedModel([
      callsTools(['ask', { what: 'nothing' }], ['unknown', {}]),
      says('No.'),
    ]);
    await new Agent({ name: 'guide', model, tools: [ask], tracer }).run('Go.');
    expect(spanNamed('execute_tool ask')).toMatchObject({
      attributes: { 'error.type': 'error' },
      status: { code: SpanStatusCode.ERROR },
    });
    expect(spanNamed('execute_tool unknown').attributes['error.type']).toBe('unknown-tool');
    expect(spanNamed('invoke_agent guide').status.code).toBe(SpanStatusCode.UNSET);
  });

  test('a request that fails ends its span, the step and the run', async () => {
    const model = scriptedModel([fails(new TypeError('The model is broken.'))]);
    const run = new Agent({ name: 'guide', model, tracer }).run('Go.');
    await expect(run).rejects.toMatchObject({ code: 'run_failed' });
    expect(tree(exporter.getFinishedSpans())).toEqual([
      'invoke_agent guide',
      '  step 1',
      '    chat scripted',
    ]);
    expect(spanNamed('chat scripted').attributes['error.type']).toBe('TypeError');
    expect(spanNamed('invoke_agent guide').attributes['error.type']).toBe('run_failed');
  });

  test('an abort inside a tool ends every span, and the run has its reason', async () => {
    const control = new AbortController();
    const abort = tool({
      name: 'abort',
      description: 'Aborts.',
      parameters: z.object({}),
      execute: () => {
        control.abort();
        return new Promise<string>(() => undefined);
      },
    });
    const model = scriptedModel([callsTool('abort')]);
    const agent = new Agent({ name: 'guide', model, tools: [abort], tracer });
    await agent.run('Go.', { signal: control.signal });
    expect(tree(exporter.getFinishedSpans())).toEqual([
      'invoke_agent guide',
      '  step 1',
      '    chat scripted',
      '    execute_tool abort',
    ]);
    expect(spanNamed('execute_tool abort').attributes['error.type']).toBe('cancelled');
    expect(spanNamed('invoke_agent guide').attributes).toMatchObject({
      'gen_ai.response.finish_reasons': ['aborted'],
    });
  });

  test('a resumed run links to the span of the run that was paused, also from a saved state', async () => {
    const model = scriptedModel([callsTool('erase'), says('Erased.')]);
    const agent = new Agent({ name: 'guide', model, tools: [erase], tracer });
    const paused = await agent.run('Go.');
    const before = spanNamed('invoke_agent guide');
    expect(before.attributes['gen_ai.response.finish_reasons']).toEqual(['paused']);
    exporter.reset();
    const state = JSON.parse(JSON.stringify(paused.state));
    const decisions = { '1.0': { kind: 'approve' } } as const;
    await agent.resume(state, { decisions }).result;
    const [link] = spanNamed('invoke_agent guide').links;
    const { spanId, traceId } = before.spanContext();
    expect(link?.context).toMatchObject({ spanId, traceId });
    expect(tree(exporter.getFinishedSpans())).toContain('    execute_tool erase');
  });

  test('the spans of undici are inside the span of their request', async () => {
    const undici = new UndiciInstrumentation();
    undici.setTracerProvider(provider);
    const message = { role: 'assistant', content: 'Hello.' };
    await using server = await startModelServer(answersJson(completion(message)));
    const { baseURL } = server;
    const model = openaiCompatible({ baseURL, model: 'm', profile: 'qwen-3' });
    try {
      await new Agent({ name: 'guide', model, tracer }).run('Hi');
    } finally {
      undici.disable();
    }
    expect(tree(exporter.getFinishedSpans())).toEqual([
      'invoke_agent guide',
      '  step 1',
      '    chat m',
      '      POST',
    ]);
    expect(spanNamed('chat m').attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 12,
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.usage.cache_read.input_tokens': 7,
      'gen_ai.response.id': 'chatcmpl-1',
    });
  });
});

describe('what is recorded', () => {
  const secret = 'tangerine';
  const talk = async (options: { readonly content?: boolean }) => {
    const message = { role: 'assistant', content: `You wrote ${secret}.` };
    const asks = {
      role: 'assistant',
      content: null,
      tool_calls: [
        {
          id: 'a',
          type: 'function',
          function: { name: 'ask', arguments: `{"what":"${secret}"}` },
        },
      ],
    };
    await using server = await startModelServer(
      answersJson(completion(asks, 'tool_calls')),
      answersJson(completion(message)),
    );
    const { baseURL } = server;
    const model = openaiCompatible({ baseURL, model: 'm', profile: 'qwen-3' });
    const settings = { temperature: 0.5, topP: 0.9, maxOutputTokens: 99, stop: ['END'], seed: 7 };
    const instructions = `The word is ${secret}.`;
    await new Agent({
      name: 'guide',
      model,
      instructions,
      tools: [ask],
      settings,
      tracer: openTelemetry(options),
    }).run(`I like ${secret}.`);
    return exporter.getFinishedSpans().map(({ name, attributes }) => ({ name, attributes }));
  };

  test('content is recorded on request only', async () => {
    expect(JSON.stringify(await talk({}))).not.toContain(secret);
    exporter.reset();
    const spans = await talk({ content: true });
    const last = spans.findLast(({ name }) => name === 'chat m')?.attributes;
    expect(JSON.parse(String(last?.['gen_ai.system_instructions']))).toEqual([
      { type: 'text', content: `The word is ${secret}.` },
    ]);
    expect(JSON.parse(String(last?.['gen_ai.input.messages']))).toMatchObject([
      { role: 'user', parts: [{ type: 'text', content: `I like ${secret}.` }] },
      { role: 'assistant', parts: [{ type: 'tool_call', name: 'ask' }] },
      { role: 'tool', parts: [{ type: 'tool_call_response' }] },
    ]);
    expect(JSON.parse(String(last?.['gen_ai.output.messages']))).toMatchObject([
      { role: 'assistant', parts: [{ type: 'text', content: `You wrote ${secret}.` }] },
    ]);
    const called = spans.find(({ name }) => name === 'execute_tool ask')?.attributes;
    expect(called?.['gen_ai.tool.call.arguments']).toBe(`{"what":"${secret}"}`);
    expect(called?.['gen_ai.tool.call.result']).toContain(`about ${secret}`);
  });

  test('every name is one of the conventions', async () => {
    await talk({ content: true });
    await new Agent({ name: 'guide', model: scriptedModel([]), tracer })
      .run('Go.')
      .catch(() => undefined);
    await reader.forceFlush();
    const spans = exporter
      .getFinishedSpans()
      .filter(({ instrumentationScope }) => instrumentationScope.name === scope);
    const instruments = recordedMetrics();
    const names = [
      ...spans.flatMap(({ attributes }) => Object.keys(attributes)),
      ...instruments.map(({ descriptor }) => descriptor.name),
      ...instruments.flatMap(({ dataPoints }) =>
        dataPoints.flatMap(({ attributes }) => Object.keys(attributes)),
      ),
    ];
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !knownNames.has(name))).toEqual([]);
  });

  test('metrics have the tokens and the seconds of each request', async () => {
    await reader.forceFlush();
    measured.reset();
    await talk({});
    await reader.forceFlush();
    const instruments = recordedMetrics();
    const tokens = instruments.find(
      ({ descriptor }) => descriptor.name === 'gen_ai.client.token.usage',
    );
    expect(
      tokens?.dataPoints.map(({ attributes, value }) => [
        attributes['gen_ai.token.type'],
        Reflect.get(Object(value), 'sum'),
      ]),
    ).toEqual([
      ['input', 24],
      ['output', 6],
    ]);
    const duration = instruments.find(
      ({ descriptor }) => descriptor.name === 'gen_ai.client.operation.duration',
    );
    expect(duration?.dataPoints[0]?.value).toMatchObject({ count: 2 });
  });
});

test('without an SDK nothing is recorded, and the state of the run has no trace', async () => {
  trace.disable();
  context.disable();
  metrics.disable();
  try {
    const model = scriptedModel([callsTool('ask', { what: 'rain' }), says('Rain.')]);
    const result = await new Agent({ name: 'guide', model, tools: [ask], tracer }).run('Go.');
    expect(result.status).toBe('completed');
    expect(result.state).not.toHaveProperty('trace');
    expect(exporter.getFinishedSpans()).toEqual([]);
  } finally {
    provider.register();
  }
});

test('an unknown option is refused by name', () => {
  expect(() => openTelemetry({ contents: true } as object)).toThrow(/contents/);
});
