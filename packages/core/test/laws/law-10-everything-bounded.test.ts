import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentOptions } from '../../src/agent/agent-options.ts';
import type { AgentInput } from '../../src/agent/read-input.ts';
import type { Model } from '../../src/model/model.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import {
  callsTool,
  callsTools,
  type ScriptedReply,
  says,
  scriptedModel,
} from '../../src/testing/scripted-model.ts';
import { type ToolDefinition, tool } from '../../src/tool/tool.ts';
import { textOf } from '../../src/turns/turn.ts';
import { startModelServer } from '../support/model-server.ts';
import { plainJson } from '../support/play-scenario.ts';
import { readEvents } from '../support/read-events.ts';
import { tinyPng } from '../support/tiny-image.ts';
import { wireAgent } from '../support/wire-agent.ts';

/** Called when a run has reached the wait; returns a promise that never settles. */
type Hang = <Value>() => Promise<Value>;

interface Waiting {
  readonly agent: Agent;
  readonly input?: AgentInput;
}

const number = z.object({ n: z.number() });

function toolThat(options: Partial<ToolDefinition<typeof number, unknown>> = {}) {
  return tool({
    name: 'count',
    description: 'Counts.',
    parameters: number,
    execute: ({ n }) => n,
    ...options,
  });
}

function agentThat(
  options: Partial<AgentOptions<unknown, unknown>>,
  replies: readonly ScriptedReply[] = [callsTool('count', { n: 1 }), says('1')],
): Agent {
  return new Agent({
    name: 'waiting',
    model: scriptedModel(replies),
    tools: [toolThat()],
    ...options,
  }) as Agent;
}

/** A model on a fetch of the program that ignores its signal. */
function modelOn(fetch: typeof globalThis.fetch, timeouts = {}): Model {
  return openaiCompatible({
    baseURL: 'http://127.0.0.1:9/v1',
    model: 'gemma-3-27b',
    profile: 'gemma-3',
    fetch,
    timeouts,
    retry: { maxRetries: 0 },
  });
}

function stalledBody(
  status = 200,
  text = 'data: {"choices":[{"index":0,"delta":{"content":"It is"}}]}\n\n',
): Response {
  const body = new ReadableStream({
    start: (controller) => text === '' || controller.enqueue(new TextEncoder().encode(text)),
  });
  return new Response(body, { status, headers: { 'content-type': 'text/event-stream' } });
}

/** A standard schema whose validation never ends. */
function hangingSchema(hang: Hang) {
  return number.refine(async () => await hang<boolean>());
}

const waits: readonly (readonly [string, (hang: Hang) => Waiting])[] = [
  [
    'needsApproval',
    (hang) => ({ agent: agentThat({ tools: [toolThat({ needsApproval: hang })] }) }),
  ],
  ['isEnabled', (hang) => ({ agent: agentThat({ tools: [toolThat({ isEnabled: hang })] }) })],
  ['instructions', (hang) => ({ agent: agentThat({ instructions: hang }) })],
  ['stopWhen', (hang) => ({ agent: agentThat({ stopWhen: [() => false, hang] }) })],
  [
    'validateOutput',
    (hang) => ({
      agent: agentThat({ output: number, validateOutput: hang }, [says('{"n":1}')]),
    }),
  ],
  [
    'a schema of arguments',
    (hang) => ({
      agent: agentThat({ tools: [toolThat({ parameters: hangingSchema(hang) as never })] }),
    }),
  ],
  [
    'a schema of the output',
    (hang) => ({ agent: agentThat({ output: hangingSchema(hang) }, [says('{"n":1}')]) }),
  ],
  ['a tool', (hang) => ({ agent: agentThat({ tools: [toolThat({ execute: hang })] }) })],
  [
    'a blob store',
    (hang) => ({
      agent: wireAgent([], { blobs: { put: () => undefined, get: hang } }).agent,
      input: [{ type: 'image', image: tinyPng }],
    }),
  ],
  [
    'the fetch of an image',
    (hang) => ({
      agent: agentThat({ images: { guard: { check: hang, fetch: hang } } }),
      input: [{ type: 'image', image: 'https://example.com/map.png' }],
    }),
  ],
  [
    'a model that ignores its signal',
    (hang) => ({
      agent: agentThat({
        model: {
          id: 'deaf',
          // biome-ignore lint/correctness/useYield: it never gets that far.
          async *request() {
            return await hang();
          },
        },
      }),
    }),
  ],
  [
    'a model that ignores its signal and has the other fields of a model of this package',
    (hang) => ({
      agent: agentThat({
        model: {
          ...modelOn(hang),
          // biome-ignore lint/correctness/useYield: it never gets that far.
          async *request() {
            return await hang();
          },
        },
      }),
    }),
  ],
  [
    'a model that never learns its profile',
    (hang) => ({ agent: agentThat({ model: { ...scriptedModel([]), learnProfile: hang } }) }),
  ],
  ['a fetch', (hang) => ({ agent: agentThat({ model: modelOn(hang) }) })],
  [
    'the body of a fetch',
    (hang) => ({
      agent: agentThat({
        model: modelOn(async () => {
          void hang();
          return stalledBody();
        }),
      }),
    }),
  ],
  [
    'the body of a refusal',
    (hang) => ({
      agent: agentThat({
        model: modelOn(async () => {
          void hang();
          return stalledBody(503);
        }),
      }),
    }),
  ],
];

function startWait(make: (hang: Hang) => Waiting) {
  let onReached: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    onReached = resolve;
  });
  const { agent, input = 'Count to 1.' } = make(() => {
    onReached();
    return new Promise<never>(() => undefined);
  });
  return { agent, input, reached };
}

describe.each(waits)('a run that waits for %s', (_name, make) => {
  test('ends when its signal aborts, and leaves no listener', async () => {
    const { agent, input, reached } = startWait(make);
    const controller = new AbortController();
    const running = agent.run(input, { signal: controller.signal });
    await reached;
    controller.abort();
    expect(await running).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('ends at maxWallTimeMs', async () => {
    const { agent, input } = startWait(make);
    const result = await agent.run(input, { limits: { maxWallTimeMs: 40 } });
    expect(result).toMatchObject({ status: 'stopped', reason: 'max-wall-time' });
  });

  test('can continue from its state', async () => {
    const { agent, input, reached } = startWait(make);
    const run = agent.stream(input);
    await reached;
    run.abort();
    const { state } = await run.result;
    const next = agentThat({ tools: [] }, [says('Done.')]);
    const limits = { maxSteps: 30 };
    const result = await next.resume(plainJson(state), { limits, input: 'Now?' }).result;
    expect(result).toMatchObject({ status: 'completed', output: 'Done.' });
  });
});

describe('timeouts end a request', () => {
  const never = () => new Promise<never>(() => undefined);

  test.each([
    ['whose fetch never answers', never],
    ['whose body stalls', async () => stalledBody()],
    ['whose refusal stalls', async () => stalledBody(500)],
  ])('%s, at totalMs', async (_name, fetch) => {
    const agent = agentThat({ model: modelOn(fetch, { totalMs: 40 }) });
    await expect(agent.run('Hi')).rejects.toMatchObject({ code: 'model_timeout' });
  });

  const events = 'data: {"choices":[{"index":0,"delta":{"content":"It is"}}]}\n\n';
  const stalls = [
    ['that stalls after an event', 200, events],
    ['that stalls within an event', 200, `${events}data: {"choi`],
    ['that stalls within JSON', 200, '{"choices":[{"index":0,"mess'],
    ['of a refusal that stalls', 503, '{"error":'],
    ['of a refusal that sends nothing', 400, ''],
  ] as const;
  const deliveries = ['whole', 'streamed'] as const;

  test.each(stalls.flatMap((stall) => deliveries.map((delivery) => [...stall, delivery] as const)))(
    'with a body %s (status %i, %j, %s), at betweenTokensMs',
    async (_name, status, text, delivery) => {
      const timeouts = { betweenTokensMs: 40, firstTokenMs: 60 };
      await using server = await startModelServer((response) => {
        response.writeHead(status).flushHeaders();
        response.write(text);
      });
      const own = modelOn(async () => stalledBody(status, text), timeouts);
      const remote = openaiCompatible({
        baseURL: server.baseURL,
        model: 'm',
        profile: 'openai',
        timeouts,
        retry: { maxRetries: 0 },
      });
      for (const model of [own, remote]) {
        const agent = agentThat({ model });
        const running = delivery === 'whole' ? agent.run('Hi') : agent.stream('Hi').result;
        await expect(running).rejects.toMatchObject({ code: 'model_timeout' });
      }
    },
  );

  test('whose body never begins, at firstTokenMs', async () => {
    const agent = agentThat({
      model: modelOn(async () => stalledBody(200, ''), { firstTokenMs: 40 }),
    });
    const { thrown } = await readEvents(agent.stream('Hi'));
    expect(thrown).toMatchObject({ code: 'model_timeout' });
  });

  test('that waits for a blob store, at totalMs', async () => {
    const blobs = { put: () => undefined, get: never };
    const agent = agentThat({ blobs, model: modelOn(never, { totalMs: 40 }) });
    await expect(agent.run([{ type: 'image', image: tinyPng }])).rejects.toMatchObject({
      code: 'model_timeout',
      message: expect.stringContaining('blob store'),
    });
  });
});

test('no reply runs more calls than its limits allow, or more of them at once', async () => {
  const reply = fc.array(fc.nat(3), { minLength: 1, maxLength: 60 });
  const limits = fc.record({
    maxRepeats: fc.integer({ min: 1, max: 4 }),
    maxCallsPerReply: fc.integer({ min: 1, max: 40 }),
    maxParallelTools: fc.integer({ min: 1, max: 12 }),
  });
  const property = fc.asyncProperty(
    fc.array(reply, { maxLength: 3 }),
    limits,
    async (all, bounds) => {
      const replies = all.map((calls) =>
        callsTools(...calls.map((n) => ['count', { n }] as const)),
      );
      let running = 0;
      const count = toolThat({
        execute: async ({ n }) => {
          running += 1;
          expect(running).toBeLessThanOrEqual(bounds.maxParallelTools);
          await Promise.resolve();
          running -= 1;
          return n;
        },
      });
      const agent = agentThat({ tools: [count], limits: bounds }, [...replies, says('Done.')]);
      const { transcript, status } = await agent.run('Count.');
      expect(['completed', 'stopped']).toContain(status);
      for (const turn of transcript.turns) {
        if (turn.role !== 'tool') continue;
        expect(turn.results.length).toBeLessThanOrEqual(bounds.maxCallsPerReply + 1);
        const runs = turn.results
          .filter((result) => result.status === 'ok')
          .map((result) => textOf(result.parts));
        expect(runs.length).toBeLessThanOrEqual(bounds.maxCallsPerReply);
        for (const text of runs) {
          expect(runs.filter((each) => each === text).length).toBeLessThanOrEqual(
            bounds.maxRepeats,
          );
        }
      }
    },
  );
  await fc.assert(property, { numRuns: propertyRuns });
});
