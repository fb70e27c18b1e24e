import { afterEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { RunTuning } from '../../src/agent/agent-options.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import { type ToolResult, textOf } from '../../src/turns/turn.ts';
import {
  type Answer,
  answersJson,
  chunk,
  completion,
  done,
  type ModelServer,
  startModelServer,
  streamsPieces,
} from '../support/model-server.ts';
import { plainJson } from '../support/play-scenario.ts';

let server: ModelServer | undefined;
afterEach(async () => await server?.[Symbol.asyncDispose]());

interface WireCall {
  readonly name?: string;
  readonly input: string;
}

/** A reply with calls, streamed or not, as the request asks for it. */
function repliesCalls(calls: readonly WireCall[], finishReason = 'tool_calls'): Answer {
  const wireCalls = calls.map(({ name = 'send', input }, index) => ({
    index,
    id: `call-${index}`,
    type: 'function',
    function: { name, arguments: input },
  }));
  return async (response, request) => {
    const message = { role: 'assistant', content: null, tool_calls: wireCalls };
    const answer =
      request.body.stream === true
        ? streamsPieces(chunk({ tool_calls: wireCalls }) + chunk({}, finishReason), done)
        : answersJson(completion(message, finishReason));
    await answer(response, request);
  };
}

function repliesText(content: string): Answer {
  return async (response, request) => {
    const answer =
      request.body.stream === true
        ? streamsPieces(chunk({ content }) + chunk({}, 'stop'), done)
        : answersJson(completion({ role: 'assistant', content }));
    await answer(response, request);
  };
}

/** An agent with a tool `send` that counts how many of its calls run at once. */
async function start(answers: readonly Answer[], tuning: RunTuning = {}) {
  server = await startModelServer(...answers);
  const running = { total: 0, now: 0, most: 0 };
  const send = tool({
    name: 'send',
    description: 'Sends a letter.',
    parameters: z.object({ to: z.string() }),
    execute: async () => {
      running.total += 1;
      running.now += 1;
      running.most = Math.max(running.most, running.now);
      await new Promise((resolve) => setImmediate(resolve));
      running.now -= 1;
      return 'Sent.';
    },
  });
  const model = openaiCompatible({
    baseURL: server.baseURL,
    model: 'gemma-3-27b-it',
    profile: 'gemma-3',
    retry: { maxRetries: 0 },
  });
  const agent = new Agent({ name: 'clerk', model, tools: [send], ...tuning });
  const loops: number[] = [];
  agent.on('loop-detected', ({ count }) => loops.push(count));
  return { agent, running, loops };
}

const letter = (to: string): WireCall => ({ input: JSON.stringify({ to }) });
const letters = (count: number) => Array.from({ length: count }, (_, at) => letter(`person ${at}`));
const sameLetter = (count: number) => Array.from({ length: count }, () => letter('Ada'));

function resultsOf(turns: readonly { readonly role: string }[]): readonly ToolResult[] {
  return turns.flatMap((turn) => ('results' in turn ? (turn.results as ToolResult[]) : []));
}

describe.each([false, true])('identical calls of one reply (streamed: %s)', (streamed) => {
  const run = (agent: Agent) => (streamed ? agent.stream('Write.').result : agent.run('Write.'));

  test.each([4, 9, 30])('%s of them run at most maxRepeats times', async (count) => {
    const { agent, running, loops } = await start([
      repliesCalls(sameLetter(count)),
      repliesText('Done.'),
    ]);
    const result = await run(agent);
    expect(result).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(running.total).toBe(3);
    expect(loops).toEqual([3]);
    const refused = resultsOf(result.transcript.turns).filter(({ status }) => status === 'error');
    expect(refused).toHaveLength(count - 3);
    expect(textOf(refused[0]?.parts ?? [])).toContain('Not run');
  });

  test('in every reply stop the run', async () => {
    const { agent, running } = await start([repliesCalls(sameLetter(20))]);
    expect(await run(agent)).toMatchObject({ status: 'stopped', reason: 'loop-detected' });
    expect(running.total).toBe(3);
    expect(server?.requests).toHaveLength(2);
  });

  test('are identical in any order of their keys', async () => {
    const calls = ['{"to":"Ada","by":"air"}', '{"by":"air","to":"Ada"}'];
    const { agent, running } = await start(
      [repliesCalls([...calls, ...calls].map((input) => ({ input }))), repliesText('Done.')],
      { limits: { maxRepeats: 1 } },
    );
    await run(agent);
    expect(running.total).toBe(1);
  });

  test('all run if the guard is off', async () => {
    const { agent, running } = await start([repliesCalls(sameLetter(12)), repliesText('Done.')], {
      limits: { maxRepeats: 0 },
    });
    await run(agent);
    expect(running.total).toBe(12);
  });
});

describe.each([false, true])('calls beyond maxCallsPerReply (streamed: %s)', (streamed) => {
  const run = (agent: Agent) => (streamed ? agent.stream('Write.').result : agent.run('Write.'));

  test.each([
    [33, undefined, 32],
    [300, undefined, 32],
    [6, 5, 5],
    [2, 1, 1],
  ])('of %s calls with a limit of %s, %s run', async (count, maxCallsPerReply, runs) => {
    const { agent, running } = await start([repliesCalls(letters(count)), repliesText('Done.')], {
      limits: maxCallsPerReply === undefined ? {} : { maxCallsPerReply },
    });
    const result = await run(agent);
    expect(result.status).toBe('completed');
    expect(running.total).toBe(runs);
    const results = resultsOf(result.transcript.turns);
    expect(results).toHaveLength(runs + 1);
    expect(results.at(-1)?.status).toBe('cancelled');
    expect(textOf(results.at(-1)?.parts ?? [])).toContain(`at most ${runs} calls`);
    const dropped = result.fixes.filter(({ kind }) => kind === 'dropped-calls');
    expect(dropped).toHaveLength(count > runs + 1 ? 1 : 0);
  });

  test('are not dropped from a reply within the limit', async () => {
    const { agent, running } = await start([repliesCalls(letters(32)), repliesText('Done.')]);
    const result = await run(agent);
    expect(running.total).toBe(32);
    expect(result.fixes).toEqual([]);
  });
});

describe.each([false, true])('tools of one reply (streamed: %s)', (streamed) => {
  const run = (agent: Agent) => (streamed ? agent.stream('Write.').result : agent.run('Write.'));

  test.each([
    [undefined, 8],
    [3, 3],
    [1, 1],
    [100, 20],
  ])('run at most maxParallelTools at once: %s', async (maxParallelTools, most) => {
    const { agent, running } = await start([repliesCalls(letters(20)), repliesText('Done.')], {
      limits: maxParallelTools === undefined ? {} : { maxParallelTools },
    });
    const started: string[] = [];
    agent.on('tool-started', ({ call }) => started.push(call.id));
    const result = await run(agent);
    expect(running).toMatchObject({ total: 20, most });
    expect(started).toEqual(letters(20).map((_, at) => `1.${at}`));
    const answered = resultsOf(result.transcript.turns).map(({ callId }) => callId);
    expect(answered).toEqual(started);
  });
});

describe.each([false, true])('a reply that is cut in too many calls (streamed: %s)', (streamed) => {
  const run = (agent: Agent) => (streamed ? agent.stream('Write.').result : agent.run('Write.'));

  test.each([100, 3_000])('leaves one result: %s calls', async (count) => {
    const cut = repliesCalls(sameLetter(count), 'length');
    const { agent, running } = await start([cut, cut, repliesText('Done.')]);
    const result = await run(agent);
    expect(result).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(running.total).toBe(0);
    expect(resultsOf(result.transcript.turns)).toMatchObject([{ status: 'invalid-arguments' }]);
    expect(result.fixes.map(({ kind }) => kind)).toContain('dropped-calls');
    expect(JSON.stringify(result.state).length).toBeLessThan(60_000);
  });

  test('has a state that does not grow with the number of calls', async () => {
    const sizes: number[] = [];
    for (const count of [1_000, 5_000]) {
      const calls = letters(count).map(({ input }) => ({ name: 'send\n', input }));
      const cut = repliesCalls(calls, 'length');
      const { agent } = await start([cut, cut, repliesText('Done.')]);
      sizes.push(JSON.stringify((await run(agent)).state).length);
      await server?.[Symbol.asyncDispose]();
    }
    const [small = 0, large = 0] = sizes;
    expect(large).toBeLessThan(small + 1_000);
  });

  test('can be resumed from its state', async () => {
    const cut = repliesCalls(letters(2_000), 'length');
    const { agent } = await start([cut, cut, repliesText('Done.')], { limits: { maxSteps: 1 } });
    const stopped = await run(agent);
    expect(stopped).toMatchObject({ status: 'stopped', reason: 'max-steps' });
    const limits = { maxSteps: 5 };
    const resumed = await agent.resume(plainJson(stopped.state), { limits }).result;
    expect(resumed).toMatchObject({ status: 'completed', output: 'Done.' });
  });
});

describe.each([false, true])('calls that cannot be parsed (streamed: %s)', (streamed) => {
  const run = (agent: Agent) => (streamed ? agent.stream('Write.').result : agent.run('Write.'));

  test('are not identical if their texts differ', async () => {
    const broken = ['{"to": "Ada', '{"to": "Bob', '{"to": "Cy', '{"to": "Di', '{"to": "Ed'];
    const { agent, loops } = await start(
      [repliesCalls([letter('Eve'), ...broken.map((input) => ({ input }))]), repliesText('Done.')],
      { limits: { maxRepeats: 1 } },
    );
    const result = await run(agent);
    expect(loops).toEqual([]);
    expect(resultsOf(result.transcript.turns).map(({ status }) => status)).toEqual([
      'ok',
      ...broken.map(() => 'invalid-arguments'),
    ]);
  });

  test.each(['{"to": "Ada', '{"to": Ada Lovelace, "by"', '[', '{"to": "Ada", "to'])(
    'stop the run if the model repeats the same text: %s',
    async (input) => {
      const { agent, running } = await start([repliesCalls([{ input }])]);
      const result = await run(agent);
      expect(result).toMatchObject({ status: 'stopped', reason: 'loop-detected' });
      expect(running.total).toBe(0);
    },
  );
});
