import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { RunListener } from '../../src/agent/event-hub.ts';
import type { Model } from '../../src/model/model.ts';
import { profiles } from '../../src/profile/profiles.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import {
  callsTool,
  fails,
  type ScriptedReply,
  says,
  scriptedModel,
} from '../../src/testing/scripted-model.ts';
import { type Tool, tool } from '../../src/tool/tool.ts';
import { textOf } from '../../src/turns/turn.ts';
import { readEvents } from '../support/read-events.ts';

const { gemma3 } = profiles;

const pieces = ['The ', 'sky ', 'is blue.'];

function agentThat(...script: Parameters<typeof scriptedModel>[0]) {
  return new Agent({ name: 'guide', model: scriptedModel(script), tools: [toolThat(() => 'ok')] });
}

function toolThat(execute: Tool['execute']): Tool {
  return tool({ name: 'act', description: 'A tool.', parameters: z.object({}), execute });
}

describe('reading a run', () => {
  test('textStream yields text as it arrives if the agent has no tools', async () => {
    const read: string[] = [];
    const model = scriptedModel([says('The sky is blue.', { pieces })]);
    const run = new Agent({ name: 'guide', model }).stream('Colour?');
    for await (const text of run.textStream) read.push(text);
    expect(read).toEqual(pieces);
  });

  test('events are kept for an iterator that starts late', async () => {
    const run = agentThat(says('Blue.')).stream('Colour?');
    await run.result;
    const types: string[] = [];
    for await (const { type } of run) types.push(type);
    expect(types[0]).toBe('run-started');
    expect(types.at(-1)).toBe('run-finished');
  });

  test('a run without an iterator runs to its end', async () => {
    expect(await agentThat(says('Blue.')).stream('Colour?').result).toMatchObject({
      output: 'Blue.',
    });
  });

  test('an iterator gets events at once, also after the result was read', async () => {
    const seen: string[] = [];
    let seenByTool: readonly string[] = [];
    const slow = toolThat(async () => {
      await new Promise(setImmediate);
      seenByTool = [...seen];
      return 'ok';
    });
    const model = scriptedModel([callsTool('act'), says('Done.')]);
    const run = new Agent({ name: 'guide', model, tools: [slow] }).stream('Go.');
    const ended = run.result;
    for await (const { type } of run) seen.push(type);
    expect(await ended).toMatchObject({ output: 'Done.' });
    expect(seenByTool.at(-1)).toBe('tool-started');
  });

  test('a listener or a tool that reads the result inside the run does not change the order', async () => {
    const asking = toolThat(() => {
      void run.result;
      return 'ok';
    });
    const model = scriptedModel([callsTool('act'), says('Done.')]);
    const agent = new Agent({ name: 'guide', model, tools: [asking] });
    const received: number[] = [];
    agent.on('step-started', () => void run.result);
    agent.on('event', ({ seq }) => received.push(seq));
    const run = agent.stream('Go.');
    const read: number[] = [];
    for await (const { seq } of run) read.push(seq);
    expect(read).toEqual(read.map((_, place) => place));
    expect(received).toEqual(read);
  });

  test('a failed run yields run-failed, and then its iterator and textStream throw the error', async () => {
    const gone = new Error('Gone.');
    const failure = { code: 'run_failed', cause: gone };
    const { events, thrown } = await readEvents(
      agentThat(callsTool('act'), fails(gone)).stream('Colour?'),
    );
    expect(events.at(-1)).toMatchObject({ type: 'run-failed', error: { message: 'Gone.' } });
    expect(thrown).toMatchObject(failure);
    const readText = async () => {
      for await (const text of agentThat(fails(gone)).stream('Colour?').textStream) void text;
    };
    await expect(readText()).rejects.toMatchObject(failure);
  });

  test('the result of a failed run is not an unhandled rejection', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const run = agentThat(fails(new Error('Gone.'))).stream('Colour?');
    expect(await readEvents(run)).toMatchObject({ thrown: { message: 'Gone.' } });
    await new Promise(setImmediate);
    expect(warned).not.toHaveBeenCalled();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    await expect(run.result).rejects.toThrow('Gone.');
  });

  test('the failure of a run that nobody reads is one process warning', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    agentThat(fails(new Error('Gone.'))).stream('Colour?');
    const readLater = agentThat(fails(new Error('Never.'))).stream('Colour?');
    const ended = readLater.result;
    await expect(ended).rejects.toThrow('Never.');
    const watched = agentThat(fails(new Error('Watched.')));
    const failures = jest.fn();
    watched.on('run-failed', failures).stream('Colour?');
    while (failures.mock.calls.length === 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(warned.mock.calls).toEqual([
      [
        'A run of agent "guide" failed, and nothing reads it (run_failed): Gone. Iterate over the run, or await `run.result`.',
        { code: 'TURNWISE_UNREAD_FAILURE' },
      ],
    ]);
    warned.mockRestore();
  });

  test('a run has one reader: a second loop and a second text stream throw', async () => {
    const run = agentThat(says('Blue.')).stream('Colour?');
    const { events } = await readEvents(run);
    expect(events.at(-1)?.type).toBe('run-finished');
    expect(await readEvents(run)).toMatchObject({
      events: [],
      thrown: { code: 'invalid_options' },
    });
    await expect(run.textStream.next()).rejects.toMatchObject({ code: 'invalid_options' });
    expect(await run.result).toMatchObject({ status: 'completed' });
  });

  test('two readers at the same time: the first gets every event', async () => {
    const run = agentThat(says('Blue.')).stream('Colour?');
    const [first, second] = await Promise.all([readEvents(run), readEvents(run)]);
    expect(first.events.map(({ seq }) => seq)).toEqual(first.events.map((_, place) => place));
    expect(first.events.at(-1)?.type).toBe('run-finished');
    expect(second).toMatchObject({ events: [], thrown: { code: 'invalid_options' } });
  });
});

describe('the context of AsyncLocalStorage', () => {
  test('tools run in the context in which the run was started, not in that of a reader', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const look = toolThat(async () => {
      seen.push(storage.getStore());
      await new Promise(setImmediate);
      seen.push(storage.getStore());
      return 'ok';
    });
    const script = () =>
      scriptedModel([callsTool('act'), callsTool('act', { n: 1 }), says('Done.')]);
    const start = () => new Agent({ name: 'a', model: script(), tools: [look] }).stream('Go.');
    const read = storage.run('maker', start);
    await storage.run('reader', () => readEvents(read));
    const awaited = storage.run('maker', start);
    await storage.run('reader', () => awaited.result);
    expect(seen).toEqual(Array.from({ length: 8 }, () => 'maker'));
  });
});

describe('leaving and aborting', () => {
  test('leaving the loop aborts the run', async () => {
    const run = agentThat(says('The sky is blue.', { pieces })).stream('Colour?');
    for await (const { type } of run) if (type === 'text-delta') break;
    expect(await run.result).toMatchObject({ status: 'stopped', reason: 'aborted' });
  });

  test('an aborted answer is in partialText, and is not a turn', async () => {
    const run = agentThat(says('The sky is blue.', { pieces })).stream('Colour?');
    let count = 0;
    for await (const { type } of run) {
      if (type === 'text-delta') count += 1;
      if (count === 2) run.abort();
    }
    const result = await run.result;
    expect(result).toMatchObject({
      status: 'stopped',
      partialText: expect.stringMatching(/^The sky /),
    });
    expect(result.transcript.turns.map(({ role }) => role)).toEqual(['user']);
  });

  test('text before calls is not part of an answer', async () => {
    const textAndCall: ScriptedReply = {
      parsed: {
        kind: 'calls',
        calls: [{ name: 'act', arguments: {} }],
        fixes: [{ kind: 'dropped-text', text: 'Let me see.' }],
      },
    };
    const run = new Agent({
      name: 'guide',
      model: scriptedModel([textAndCall]),
      tools: [toolThat(() => 'ok')],
    }).stream('Go.');
    for await (const { type } of run) if (type === 'tool-started') run.abort();
    expect(await run.result).toMatchObject({ status: 'stopped', partialText: '' });
  });

  test('an abort while the model detects its server stops the run', async () => {
    const controller = new AbortController();
    const model: Model = {
      ...scriptedModel([]),
      learnProfile: async (signal) => {
        controller.abort();
        signal.throwIfAborted();
        return gemma3;
      },
    };
    const running = new Agent({ name: 'a', model }).run('Hi', { signal: controller.signal });
    expect(await running).toMatchObject({ status: 'stopped', reason: 'aborted' });
  });

  test('an abort while a tool runs answers its call as cancelled', async () => {
    const controller = new AbortController();
    const hangs = toolThat(() => {
      queueMicrotask(() => controller.abort());
      return new Promise<never>(() => {});
    });
    const agent = new Agent({
      name: 'a',
      model: scriptedModel([callsTool('act')]),
      tools: [hangs],
    });
    const result = await agent.run('Go.', { signal: controller.signal });
    expect(result).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(result.transcript.turns.at(-1)).toMatchObject({ results: [{ status: 'cancelled' }] });
    expect(result.steps).toMatchObject([{ step: 1, calls: [{ status: 'cancelled' }] }]);
  });

  test('an aborted signal prevents every request, and the input is kept', async () => {
    const model = scriptedModel([says('Hello')]);
    const result = await new Agent({ name: 'a', model }).run('Hi', { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(result.transcript.turns).toHaveLength(1);
    expect(model.requests).toHaveLength(0);
  });
});

describe('steering', () => {
  test('an input while tools run joins their turn', async () => {
    const model = scriptedModel([callsTool('act'), says('Done.')]);
    const run = new Agent({ name: 'a', model, tools: [toolThat(() => 'ok')] }).stream('Go.');
    for await (const { type } of run) if (type === 'tool-started') run.steer('Hurry.');
    const result = await run.result;
    expect(result.transcript.turns[2]).toMatchObject({
      role: 'tool',
      inputs: [{ parts: [{ text: 'Hurry.' }] }],
    });
    expect(model.requests).toHaveLength(2);
  });

  test('an input while the model answers is a new turn of the same run', async () => {
    const run = agentThat(says('One.'), says('Two.')).stream('Go.');
    for await (const event of run) {
      if (event.type === 'text-delta' && event.text === 'One.') run.steer('And then?');
    }
    const result = await run.result;
    expect(result).toMatchObject({ status: 'completed', output: 'Two.' });
    expect(result.transcript.turns).toHaveLength(4);
  });

  test('an input after the last poll is saved in the state, and a resumed run reads it', async () => {
    const agent = agentThat(says('One.'), says('Two.'));
    const run = agent.stream('Go.');
    for await (const { type } of run) if (type === 'run-finished') run.steer('And then?');
    const first = await run.result;
    expect(first.transcript.turns).toHaveLength(2);
    const second = await agent.resume(JSON.parse(JSON.stringify(first.state))).result;
    expect(second).toMatchObject({ status: 'completed', output: 'Two.' });
    const added = second.transcript.turns[2];
    expect(added?.role === 'user' && textOf(added.inputs[0].parts)).toBe('And then?');
  });

  test('steer() on a finished run throws', async () => {
    const run = agentThat(says('One.')).stream('Go.');
    await run.result;
    expect(() => run.steer('More.')).toThrow(expect.objectContaining({ code: 'invalid_state' }));
  });

  test('an empty input is refused at once', () => {
    const run = agentThat(says('One.')).stream('Go.');
    expect(() => run.steer(' ')).toThrow(expect.objectContaining({ code: 'invalid_options' }));
  });
});

describe('listeners', () => {
  test('a listener that throws or rejects only causes a warning', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const agent = agentThat(says('Blue.'));
    agent.on('run-started', () => {
      throw new Error('Oops.');
    });
    const rejects = async ({ type }: RunEvent) => {
      if (type === 'run-finished') throw new Error('Later.');
      await Promise.resolve();
    };
    // The compiler accepts an async function as a listener.
    agent.on('event', rejects as RunListener<'event'>);
    expect(await agent.run('Colour?')).toMatchObject({ status: 'completed' });
    await new Promise(setImmediate);
    expect(warned.mock.calls.map(([message]) => message)).toEqual(['Oops.', 'Later.']);
  });

  test('a listener gets the events of every run until it is removed, or one event with once()', async () => {
    const agent = agentThat(says('1'), says('2'), says('3'));
    const always = jest.fn();
    const once = jest.fn();
    agent.on('run-finished', always).once('run-finished', once);
    await agent.run('One');
    await agent.run('Two');
    agent.off('run-finished', always);
    await agent.run('Three');
    expect(always).toHaveBeenCalledTimes(2);
    expect(once).toHaveBeenCalledTimes(1);
  });

  test.each(['event', 'text-delta'] as const)(
    'a listener on %s does not make run() stream',
    async (type) => {
      const model = scriptedModel([says('Blue.', { pieces }), says('Blue.', { pieces })]);
      const agent = new Agent({ name: 'guide', model });
      const received: string[] = [];
      agent.on(type, (event) => void received.push(event.type));
      await agent.run('Colour?');
      expect(received).not.toContain('text-delta');
      await agent.stream('Colour?').result;
      expect(received).toContain('text-delta');
      expect(model.requests.map(({ stream }) => stream)).toEqual([false, true]);
    },
  );
});

test('an awaited result does not wait for the iterator', async () => {
  const agent = new Agent({ name: 'guide', model: scriptedModel([says('hello')]) });
  const run = agent.stream('hi');
  const types: string[] = [];
  for await (const event of run) {
    types.push(event.type);
    if (event.type === 'run-started') await run.result;
  }
  expect(types.at(-1)).toBe('run-finished');
  expect(types).toContain('text-delta');
});
