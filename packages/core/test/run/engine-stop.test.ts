import { getEventListeners } from 'node:events';
import { describe, expect, jest, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import { memorySessionStore } from '../../src/agent/session/memory-session-store.ts';
import { Session } from '../../src/agent/session/session.ts';
import { EngineStop } from '../../src/errors.ts';
import type { ModelRequest } from '../../src/model/model.ts';
import { type Effects, inProcessEffects } from '../../src/run/state/effects.ts';
import { callsTool, callsTools, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { readEvents } from '../support/read-events.ts';

const never = new Promise<never>(() => {});

/** Effects that throw instead of executing the effect with this id, and the ids that were asked for. */
function stoppedAt(id: string, stop = new EngineStop('store_failed')) {
  const asked: string[] = [];
  const check = (effect: { readonly id: string }) => {
    asked.push(effect.id);
    if (effect.id === id) throw stop;
  };
  const effects: Effects = {
    ...inProcessEffects,
    async *perform(effect) {
      check(effect);
      return yield* inProcessEffects.perform(effect);
    },
    value: (effect) => {
      check(effect);
      return inProcessEffects.value(effect);
    },
  };
  return { effects, asked, stop };
}

function clerk(execute: (input: unknown, context: { signal: AbortSignal }) => unknown = () => 'x') {
  const look = tool({
    name: 'look',
    description: 'Looks.',
    isEnabled: () => true,
    execute: execute as () => string,
  });
  const model = scriptedModel([callsTool('look'), says('Done.')]);
  return new Agent({ name: 'clerk', model, tools: [look], instructions: () => 'Be brief.' });
}

describe('an EngineStop of the effects', () => {
  test.each([
    ['inbox.1', 'run-started'],
    ['1.instructions.0', 'step-started'],
    ['1.is-enabled.0.look', 'step-started'],
    ['1.request.1', 'step-started'],
    ['1.0', 'tool-started'],
    ['inbox.2', 'step-finished'],
  ])('at %s ends the run untouched: the last event is %s', async (id, last) => {
    const { effects, asked, stop } = stoppedAt(id);
    const run = clerk().stream('Go.', { effects });
    const { events, thrown } = await readEvents(run);
    expect(thrown).toBe(stop);
    expect(stop.state).toBeUndefined();
    expect(events.at(-1)?.type).toBe(last);
    await expect(run.result).rejects.toBe(stop);
    expect(asked.at(-1)).toBe(id);
  });

  test('in one of several parallel tools ends the run after the others, and no queued call begins', async () => {
    const { effects, asked } = stoppedAt('1.0');
    const ended = jest.fn();
    const slow = tool({
      name: 'slow',
      description: 'Waits.',
      execute: async () => {
        await new Promise(setImmediate);
        ended();
        return 'ok';
      },
    });
    const model = scriptedModel([callsTools(['slow', {}], ['slow', {}], ['slow', {}])]);
    const agent = new Agent({ name: 'a', model, tools: [slow] });
    const limits = { maxParallelTools: 2 };
    await expect(agent.run('Go.', { effects, limits })).rejects.toMatchObject({
      code: 'engine_stopped',
      reason: 'store_failed',
    });
    expect(ended).toHaveBeenCalledTimes(1);
    expect(asked).not.toContain('1.2');
  });

  test('saves nothing in the session, and releases it', async () => {
    const store = memorySessionStore();
    const session = new Session({ id: 's', store });
    const append = jest.spyOn(store, 'append');
    const { effects } = stoppedAt('1.request.1');
    await expect(clerk().run('Go.', { session, effects })).rejects.toThrow(EngineStop);
    expect(append).not.toHaveBeenCalled();
    expect(await clerk().run('Go.', { session })).toMatchObject({ status: 'completed' });
  });
});

describe('suspend()', () => {
  const suspended = { code: 'engine_stopped', reason: 'suspended' };

  test('ends a run whose tool ignores its signal, and the call has no result', async () => {
    const results: unknown[] = [];
    const effects: Effects = {
      ...inProcessEffects,
      async *perform(effect) {
        const result = yield* inProcessEffects.perform(effect);
        results.push(effect.id);
        return result;
      },
    };
    const aborted = jest.fn();
    const agent = clerk((_input, { signal }) => {
      signal.addEventListener('abort', aborted);
      return never;
    });
    const run = agent.stream('Go.', { effects });
    const types: string[] = [];
    const read = async () => {
      for await (const { type } of run) {
        types.push(type);
        if (type === 'tool-started') setImmediate(() => run.suspend());
      }
    };
    await expect(read()).rejects.toMatchObject(suspended);
    await expect(run.result).rejects.toMatchObject(suspended);
    expect(types.at(-1)).toBe('tool-started');
    expect(results).toEqual(['1.request.1']);
    expect(aborted).toHaveBeenCalledTimes(1);
  });

  test('ends a run whose model never replies', async () => {
    const asked = jest.fn();
    const model = {
      id: 'silent',
      async *request(_request: ModelRequest) {
        yield { type: 'text-delta', text: 'Wait' } as const;
        asked();
        return await never;
      },
    };
    const run = new Agent({ name: 'a', model }).stream('Go.');
    while (asked.mock.calls.length === 0) await new Promise(setImmediate);
    run.suspend();
    await expect(run.result).rejects.toMatchObject(suspended);
  });

  test('ends a run that nobody has read yet, before anything is asked', async () => {
    const { effects, asked } = stoppedAt('none');
    const run = clerk().stream('Go.', { effects });
    run.suspend();
    await expect(run.result).rejects.toMatchObject(suspended);
    expect(asked).toEqual([]);
  });

  test('ends a run whose reader has stopped reading, and emits nothing after it', async () => {
    const agent = clerk();
    const types: string[] = [];
    agent.on('event', ({ type }) => types.push(type));
    const run = agent.stream('Go.');
    const reader = run[Symbol.asyncIterator]();
    await reader.next();
    run.suspend();
    await expect(run.result).rejects.toMatchObject(suspended);
    expect(types).toEqual(['run-started']);
    await expect(reader.next()).rejects.toMatchObject(suspended);
  });

  test('removes the listener on the signal of the program and the timer of the run', async () => {
    const { signal } = new AbortController();
    const clear = jest.spyOn(globalThis, 'clearTimeout');
    const set = jest.spyOn(globalThis, 'setTimeout');
    const run = clerk(() => never).stream('Go.', { signal, limits: { maxWallTimeMs: 600_000 } });
    const timer = set.mock.results[0]?.value as NodeJS.Timeout | undefined;
    run.suspend();
    await expect(run.result).rejects.toMatchObject(suspended);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(clear).toHaveBeenCalledWith(timer);
    jest.restoreAllMocks();
  });

  test('has no effect on a run that has ended, and is not changed by an abort', async () => {
    const run = clerk().stream('Go.');
    expect(await run.result).toMatchObject({ status: 'completed' });
    run.suspend();
    expect(await run.result).toMatchObject({ status: 'completed' });
    const both = clerk(() => never).stream('Go.');
    both.suspend();
    both.abort();
    await expect(both.result).rejects.toMatchObject(suspended);
  });

  test('is not reported as an unread failure', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    clerk().stream('Go.').suspend();
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});

test('the other parts of a parallel batch settle before the first error is thrown', async () => {
  const ended: string[] = [];
  async function* part(name: string, turns: number, error?: Error): AsyncGenerator<string, string> {
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    yield name;
    ended.push(name);
    if (error !== undefined) throw error;
    return name;
  }
  const running = inProcessEffects.all([
    part('slow', 5),
    part('second', 2, new Error('Second.')),
    part('first', 1, new Error('First.')),
  ]);
  const progress: string[] = [];
  const read = async () => {
    for await (const each of running) progress.push(each);
  };
  await expect(read()).rejects.toThrow('Second.');
  expect(progress).toEqual(['first', 'second', 'slow']);
  expect(ended).toEqual(['first', 'second', 'slow']);
});

test('an effect names what it executes, and how often it may be repeated', async () => {
  const effects: string[] = [];
  const note = (effect: Parameters<Effects['value']>[0] | Parameters<Effects['perform']>[0]) =>
    effects.push(`${effect.kind} ${effect.id} ${effect.name} ${effect.repeat}`);
  const model = scriptedModel([callsTool('pay'), callsTool('look'), says('Done.')]);
  const tools = [
    tool({ name: 'pay', description: 'Pays.', execute: () => 'ok' }),
    tool({ name: 'look', description: 'Looks.', repeat: 'safe', execute: () => 'ok' }),
  ];
  const attempts: number[] = [];
  const counted = tools.map((each) => ({
    ...each,
    execute: (_input: unknown, { attempt }: { attempt: number }) => {
      attempts.push(attempt);
      return 'ok';
    },
  }));
  await new Agent({ name: 'a', model, tools: counted, instructions: () => 'Hi.' }).run('Go.', {
    effects: {
      ...inProcessEffects,
      perform: (effect) => {
        note(effect);
        return effect.execute({ attempt: 3 });
      },
      value: (effect) => {
        note(effect);
        return inProcessEffects.value(effect);
      },
    },
  });
  expect(effects).toEqual([
    'inbox inbox.1 inbox safe',
    'function 1.instructions.0 instructions safe',
    'model 1.request.1 scripted safe',
    'tool 1.0 pay never',
    'inbox inbox.2 inbox safe',
    'function 2.instructions.0 instructions safe',
    'model 2.request.1 scripted safe',
    'tool 3.0 look safe',
    'inbox inbox.3 inbox safe',
    'function 3.instructions.0 instructions safe',
    'model 3.request.1 scripted safe',
    'inbox inbox.4 inbox safe',
  ]);
  expect(attempts).toEqual([3, 3]);
});
