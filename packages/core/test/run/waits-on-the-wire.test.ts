import { getEventListeners } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentOptions, RunOptions } from '../../src/agent/agent-options.ts';
import type { AgentInput } from '../../src/agent/read-input.ts';
import type { RunResult } from '../../src/agent/run-result.ts';
import {
  type OpenAICompatibleOptions,
  openaiCompatible,
} from '../../src/model/openai-compatible.ts';
import { type ToolDefinition, tool } from '../../src/tool/tool.ts';
import {
  type Answer,
  answersJson,
  chunk,
  completion,
  done,
  startModelServer,
  streamsPieces,
} from '../support/model-server.ts';
import { wireCall } from '../support/raw-server-run.ts';
import { tinyPng } from '../support/tiny-image.ts';

const modes = [{ streamed: false }, { streamed: true }];

/** Called when a run has reached the wait; returns a promise that never settles. */
type Hang = <Value>() => Promise<Value>;

/** An agent that never gets an answer from a part of the program. */
interface Waiting {
  readonly agent?: Partial<AgentOptions<unknown, unknown>>;
  readonly tool?: Partial<ToolDefinition<typeof number, unknown>>;
  readonly model?: Partial<OpenAICompatibleOptions>;
  readonly input?: AgentInput;
  /** The first reply of the server. @default a call */
  readonly text?: string;
}

const number = z.object({ n: z.number() });

/** A schema whose check never ends. */
const schemaThat = (hang: Hang) => number.refine(async () => await hang<boolean>());

/** A request of the program's own `fetch`, and a body that hangs after its first bytes. */
const hangsInBody = (hang: Hang, text: string) => async (): Promise<Response> => {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from(text)),
    pull: () => hang<void>(),
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
};

const image: AgentInput = [
  { type: 'text', text: 'What is it?' },
  { type: 'image', image: tinyPng },
];

const ofProgram: Readonly<Record<string, (hang: Hang) => Waiting>> = {
  needsApproval: (hang) => ({ tool: { needsApproval: hang } }),
  isEnabled: (hang) => ({ tool: { isEnabled: hang } }),
  instructions: (hang) => ({ agent: { instructions: hang } }),
  stopWhen: (hang) => ({ agent: { stopWhen: [() => false, hang] } }),
  validateOutput: (hang) => ({
    agent: { output: number, validateOutput: hang },
    text: '{"n":1}',
  }),
  'the schema of arguments': (hang) => ({ tool: { parameters: schemaThat(hang) as never } }),
  'the schema of the output': (hang) => ({ agent: { output: schemaThat(hang) }, text: '{"n":1}' }),
  'a tool': (hang) => ({ tool: { execute: hang } }),
};

const ofRequest: Readonly<Record<string, (hang: Hang) => Waiting>> = {
  'the blob store': (hang) => ({
    agent: { blobs: { put: () => undefined, get: hang } },
    input: image,
  }),
  'its own fetch': (hang) => ({ model: { fetch: hang } }),
  'the body of its own fetch': (hang) => ({
    model: { fetch: hangsInBody(hang, chunk({ content: 'It is' })) },
  }),
  'the body of its own fetch, within JSON': (hang) => ({
    model: { fetch: hangsInBody(hang, '{"choices":[{"mess') },
  }),
};

/** An input that cannot be stored has a moment to be read after an abort, so that the state contains it. */
const ofInput: Readonly<Record<string, (hang: Hang) => Waiting>> = {
  'the blob store, which stores an image': (hang) => ({
    agent: { blobs: { put: hang, get: () => undefined } },
    input: image,
  }),
};

const repliesWith = (message: object, finish: string): Answer => {
  const { content, tool_calls = [] } = message as { content: string; tool_calls?: object[] };
  const calls = tool_calls.map((call, index) => ({ index, ...call }));
  const delta = calls.length > 0 ? { tool_calls: calls } : { content };
  return (response, request) =>
    request.body.stream === true
      ? streamsPieces(chunk(delta), chunk({}, finish) + done)(response, request)
      : answersJson(completion(message, finish))(response, request);
};
const call = { content: null, tool_calls: [wireCall('count', { n: 1 })] };

/** Starts a run that waits, and resolves once it has reached the wait. */
async function startWait(
  make: (hang: Hang) => Waiting,
  streamed: boolean,
  options: RunOptions<unknown>,
) {
  let onReached: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    onReached = resolve;
  });
  const waiting = make(() => {
    onReached();
    return new Promise<never>(() => undefined);
  });
  const { text, input = 'Count to 1.' } = waiting;
  const server = await startModelServer(
    text === undefined ? repliesWith(call, 'tool_calls') : repliesWith({ content: text }, 'stop'),
    repliesWith({ content: 'One.' }, 'stop'),
  );
  const count = tool({
    name: 'count',
    description: 'Counts.',
    parameters: number,
    execute: ({ n }) => n,
    ...waiting.tool,
  });
  const model = openaiCompatible({
    baseURL: server.baseURL,
    model: 'm',
    profile: 'gemma-3',
    dialect: 'native',
    retry: { maxRetries: 0 },
    ...waiting.model,
  });
  const agent = new Agent<unknown, unknown>({
    tools: text === undefined ? [count] : [],
    ...waiting.agent,
    name: 'waiting',
    model,
  });
  const result: Promise<RunResult<unknown>> = streamed
    ? agent.stream(input, options).result
    : agent.run(input, options);
  return { server, agent, reached, result };
}

/** How many turns of the event loop pass before a promise settles. A busy machine does not change this number. */
async function turnsUntilSettled(promise: Promise<unknown>): Promise<number> {
  let isSettled = false;
  void promise.catch(() => undefined).then(() => (isSettled = true));
  let turns = 0;
  while (!isSettled && turns < 1_000) {
    await new Promise((resolve) => setImmediate(resolve));
    turns += 1;
  }
  return turns;
}

describe.each(modes)('a run that waits for the program (streamed: $streamed)', ({ streamed }) => {
  const most = Object.entries({ ...ofProgram, ...ofRequest });
  const all = [...most, ...Object.entries(ofInput)];

  test.each(most)('%s: an abort ends it at once, and leaves no listener', async (_name, make) => {
    const controller = new AbortController();
    const { signal } = controller;
    const { server, reached, result } = await startWait(make, streamed, { signal });
    await using _server = server;
    await reached;
    controller.abort();
    expect(await turnsUntilSettled(result)).toBeLessThan(30);
    expect(await result).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test.each(all)('%s: maxWallTimeMs ends it, and its state can be resumed', async (_name, make) => {
    const limits = { maxWallTimeMs: 60 };
    const { server, result } = await startWait(make, streamed, { limits });
    await using _server = server;
    const { status, state, ...rest } = await result;
    expect({ status, ...rest }).toMatchObject({ status: 'stopped', reason: 'max-wall-time' });
    const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile: 'openai' });
    const blobs = { put: () => undefined, get: () => tinyPng };
    const next = new Agent({ name: 'waiting', model, blobs });
    const saved = JSON.parse(JSON.stringify(state));
    const more = { limits: { maxWallTimeMs: 60_000 }, input: 'And now?' };
    expect(await next.resume(saved, more).result).toMatchObject({ status: 'completed' });
  });

  test.each(Object.entries(ofRequest))('%s: timeouts.totalMs ends it', async (_name, make) => {
    const timeouts = { totalMs: 60 };
    const withTimeout = (hang: Hang): Waiting => {
      const waiting = make(hang);
      return { ...waiting, model: { ...waiting.model, timeouts } };
    };
    const { server, result } = await startWait(withTimeout, streamed, {});
    await using _server = server;
    await expect(result).rejects.toMatchObject({ code: 'model_timeout' });
  });
});

describe.each(modes)('a run that waits for the server (streamed: $streamed)', ({ streamed }) => {
  const writes = (text: string): Answer => {
    return (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      response.write(text);
    };
  };

  test.each<[string, Answer]>([
    ['nothing', () => undefined],
    ['only its status', writes('')],
    ['a half event', writes('data: {"choi')],
    ['a half reply', writes('{"choices":[{"mess')],
    ['comments', writes(': keep-alive\n\n')],
    ['a time to wait', answersJson({}, { status: 429, headers: { 'retry-after': '30' } })],
  ])('that sends %s: an abort ends it at once', async (_name, answer) => {
    let onAnswer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      onAnswer = resolve;
    });
    await using server = await startModelServer(async (response, request) => {
      await answer(response, request);
      onAnswer();
    });
    const { signal, agent, controller } = waitingFor(server.baseURL, 'openai');
    const result = streamed ? agent.stream('Hi.', { signal }).result : agent.run('Hi.', { signal });
    await answered;
    controller.abort();
    expect(await turnsUntilSettled(result)).toBeLessThan(30);
    expect(await result).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(server.requests).toHaveLength(1);
  });

  test('that does not describe its models: an abort ends it at once', async () => {
    let onRequest: () => void = () => undefined;
    const requested = new Promise<void>((resolve) => {
      onRequest = resolve;
    });
    await using server = await startModelServer(() => onRequest());
    const { signal, agent, controller } = waitingFor(server.baseURL, 'auto');
    const result = streamed ? agent.stream('Hi.', { signal }).result : agent.run('Hi.', { signal });
    await requested;
    controller.abort();
    expect(await turnsUntilSettled(result)).toBeLessThan(30);
    expect(await result).toMatchObject({ status: 'stopped', reason: 'aborted' });
  });
});

function waitingFor(baseURL: string, profile: 'openai' | 'auto') {
  const controller = new AbortController();
  const model = openaiCompatible({ baseURL, model: 'm', profile });
  const agent = new Agent({ name: 'waiting', model });
  return { controller, signal: controller.signal, agent };
}
