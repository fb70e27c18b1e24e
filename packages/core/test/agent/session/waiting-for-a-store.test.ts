import { describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../../src/agent/agent.ts';
import { memorySessionStore } from '../../../src/agent/session/memory-session-store.ts';
import { Session } from '../../../src/agent/session/session.ts';
import type { SessionStore } from '../../../src/agent/session/session-store.ts';
import { callsTool, fails, says, scriptedModel } from '../../../src/testing/scripted-model.ts';
import { tool } from '../../../src/tool/tool.ts';
import { plainJson } from '../../support/play-scenario.ts';

/** A store whose function waits at one of its calls, until it is released. */
function hangingStore(name: 'load' | 'append', atCall = 1) {
  const working = memorySessionStore();
  let release: () => void = () => undefined;
  let reach: () => void = () => undefined;
  const hang = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  let calls = 0;
  const wait = async () => {
    calls += 1;
    if (calls !== atCall) return;
    reach();
    await hang;
  };
  const store: SessionStore = {
    ...working,
    load: async (id) => {
      if (name === 'load') await wait();
      return await working.load(id);
    },
    append: async (id, change) => {
      if (name === 'append') await wait();
      return await working.append(id, change);
    },
  };
  return { session: new Session({ store }), reached, release: () => release() };
}

const pay = tool({
  name: 'pay',
  description: 'Pays.',
  parameters: z.object({ euros: z.number() }),
  needsApproval: true,
  execute: () => 'Paid.',
});

const clerk = (...replies: Parameters<typeof scriptedModel>[0]) =>
  new Agent({ name: 'clerk', model: scriptedModel(replies), tools: [pay] });

function watchWarnings() {
  return jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
}

describe('a store that does not answer', () => {
  test('at `load` ends the run at maxWallTimeMs', async () => {
    const { session } = hangingStore('load');
    const run = clerk(says('Hello.')).run('Hi.', { session, limits: { maxWallTimeMs: 30 } });
    expect(await run).toMatchObject({ status: 'stopped', reason: 'max-wall-time' });
  });

  test('at `load` of a run that is aborted before it starts does not keep it', async () => {
    const { session } = hangingStore('load');
    const run = clerk(says('Hello.')).run('Hi.', { session, signal: AbortSignal.abort() });
    expect(await run).toMatchObject({ status: 'stopped', reason: 'aborted' });
  });

  test.each(['abort', 'time'] as const)(
    'at `append` of a complete run is `store_failed` after the %s, with the conversation',
    async (how) => {
      const { session, reached, release } = hangingStore('append');
      const limits = how === 'time' ? { maxWallTimeMs: 60 } : {};
      const run = clerk(says('Hello.')).stream('Hi.', { session, limits });
      const ended = run.result.catch((error: unknown) => error);
      await reached;
      if (how === 'abort') run.abort();
      const error = await ended;
      expect(error).toMatchObject({ code: 'store_failed' });
      expect(JSON.stringify((error as { state: unknown }).state)).toContain('Hello.');
      release();
    },
  );

  test('at `append` of an aborted run leaves the run stopped, with a warning, and is waited for by the next run', async () => {
    const warn = watchWarnings();
    const { session, release } = hangingStore('append');
    const agent = clerk(says('One.'), says('Two.'));
    const stopped = await agent.run('First.', { session, signal: AbortSignal.abort() });
    expect(stopped).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining(session.id), {
      code: 'TURNWISE_SESSION',
    });
    const next = agent.run('Second.', { session });
    release();
    expect(await next).toMatchObject({ status: 'completed' });
    const { turns } = await session.transcript();
    expect(JSON.stringify(turns)).toMatch(/First\..*Second\..*One\./);
  });

  test('at `append` ends the wait of the next run too, if that is aborted', async () => {
    watchWarnings();
    const { session } = hangingStore('append');
    const agent = clerk(says('One.'), says('Two.'));
    await agent.run('First.', { session, signal: AbortSignal.abort() });
    const next = agent.stream('Second.', { session });
    setImmediate(() => next.abort());
    expect(await next.result).toMatchObject({ status: 'stopped', reason: 'aborted' });
  });

  test('at `append` does not hide the error of a failed run', async () => {
    const warn = watchWarnings();
    const { session, reached } = hangingStore('append');
    const run = clerk(fails(new Error('The model is gone.'))).stream('Hi.', { session });
    const ended = run.result.catch((error: Error) => error);
    await reached;
    run.abort();
    expect(await ended).toMatchObject({ message: expect.stringContaining('The model is gone.') });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('not saved'), expect.anything());
  });

  test('at `append` before a paused run continues stops the run, and the pause stays', async () => {
    const { session, reached, release } = hangingStore('append', 2);
    const agent = clerk(callsTool('pay', { euros: 5 }), says('Paid.'));
    const paused = await agent.run('Pay.', { session });
    expect(paused.status).toBe('paused');
    const decisions = { '1.0': { kind: 'approve' } } as const;
    const run = agent.resume(plainJson(paused.state), { session, decisions });
    void run.result.catch(() => undefined);
    await reached;
    run.abort();
    expect(await run.result).toMatchObject({ status: 'stopped', reason: 'aborted' });
    release();
    await new Promise((resolve) => setImmediate(resolve));
    const again = await session.paused();
    const resumed = await agent.resume(plainJson(again?.state), { session, decisions }).result;
    expect(resumed).toMatchObject({ status: 'completed', output: 'Paid.' });
  });
});
