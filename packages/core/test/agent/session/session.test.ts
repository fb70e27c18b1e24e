import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../../src/agent/agent.ts';
import { fileSessionStore } from '../../../src/agent/session/file-session-store.ts';
import { memorySessionStore } from '../../../src/agent/session/memory-session-store.ts';
import { Session } from '../../../src/agent/session/session.ts';
import type { SessionStore } from '../../../src/agent/session/session-store.ts';
import {
  callsTool,
  callsTools,
  fails,
  type ScriptedReply,
  says,
  scriptedModel,
} from '../../../src/testing/scripted-model.ts';
import { tool } from '../../../src/tool/tool.ts';
import { Transcript } from '../../../src/turns/transcript.ts';
import { readEvents } from '../../support/read-events.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnwise-sessions-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** An agent that pays, and what it has paid. */
function clerk(...script: readonly ScriptedReply[]) {
  const paid: number[] = [];
  const pay = tool({
    name: 'pay',
    description: 'Pays.',
    parameters: z.object({ euros: z.number() }),
    needsApproval: ({ euros }) => euros > 50,
    execute: ({ euros }) => {
      paid.push(euros);
      return `Paid ${euros}.`;
    },
  });
  const model = scriptedModel(script);
  return { agent: new Agent({ name: 'clerk', model, tools: [pay] }), model, paid };
}

const approve = { '1.0': { kind: 'approve' } } as const;

describe.each<[string, () => SessionStore]>([
  ['memory', memorySessionStore],
  ['file', () => fileSessionStore(folder)],
])('with a %s store, a session', (name, makeStore) => {
  const shared = name === 'file' ? undefined : makeStore();
  let count = 0;
  /** A session as another process sees it: the same store, a new object. */
  const reopen = (id: string) => new Session({ id, store: shared ?? makeStore() });
  const newSession = () => {
    count += 1;
    return reopen(`${name} ${count}/../x`);
  };

  test('continues the conversation in the next run', async () => {
    const { agent, model } = clerk(says('Hello Ada.'), says('Ada.'));
    const session = newSession();
    await agent.run('I am Ada.', { session });
    const result = await agent.run('Who am I?', { session: reopen(session.id) });
    expect(result.transcript.turns).toHaveLength(4);
    expect((await session.transcript()).toJSON()).toEqual(result.transcript.toJSON());
    expect(model.requests.map(({ conversationId }) => conversationId)).toEqual([
      session.id,
      session.id,
    ]);
  });

  test('can continue after a failed run, and keeps its input', async () => {
    const { agent } = clerk(fails(new Error('Gone.')), says('Here I am.'));
    const session = newSession();
    await expect(agent.run('Hello?', { session })).rejects.toThrow('Gone.');
    const { transcript } = await agent.run('Still there?', { session });
    expect(transcript.turns[0]).toMatchObject({
      inputs: [{ parts: [{ text: 'Hello?' }] }, { parts: [{ text: 'Still there?' }] }],
    });
    expect((await session.transcript()).turns).toEqual(transcript.turns);
  });

  test('can retry a failed run once', async () => {
    const { agent } = clerk(fails(new Error('Gone.')), says('Here I am.'));
    const session = newSession();
    const { thrown } = await readEvents(agent.stream('Hello?', { session }));
    const state = JSON.parse(JSON.stringify((thrown as { state: unknown }).state));
    expect(await agent.resume(state, { session }).result).toMatchObject({ output: 'Here I am.' });
    await expect(agent.resume(state, { session }).result).rejects.toMatchObject({
      code: 'invalid_state',
    });
  });

  test('whose store does not answer does not keep an aborted run', async () => {
    const { agent } = clerk(says('Hello.'), says('Hello again.'));
    const stop = new AbortController();
    const working = memorySessionStore();
    let isBroken = true;
    const session = new Session({
      store: {
        ...working,
        load: async (id) => {
          if (!isBroken) return await working.load(id);
          setImmediate(() => stop.abort());
          return await new Promise(() => undefined);
        },
      },
    });
    expect(await agent.run('Count.', { session, signal: stop.signal })).toMatchObject({
      status: 'stopped',
      reason: 'aborted',
    });
    isBroken = false;
    expect((await session.transcript()).turns).toEqual([]);
    expect(await agent.run('Count.', { session })).toMatchObject({ status: 'completed' });
  });

  test('can continue after an aborted run', async () => {
    const { agent } = clerk(says('One.'), says('Two.'));
    const session = newSession();
    expect(await agent.run('Count.', { session, signal: AbortSignal.abort() })).toMatchObject({
      reason: 'aborted',
    });
    expect(await agent.run('Now.', { session })).toMatchObject({ status: 'completed' });
  });

  test('refuses an input while a call waits, and names the call', async () => {
    const { agent, paid } = clerk(callsTool('pay', { euros: 90 }), says('Paid.'));
    const session = newSession();
    await agent.run('Pay 90.', { session });
    await expect(agent.run('And?', { session: reopen(session.id) })).rejects.toMatchObject({
      code: 'calls_waiting',
      message: expect.stringContaining('"pay" (1.0)'),
    });
    const cancelled = await agent.run('Stop.', { session, openCalls: 'cancel' });
    expect(cancelled.fixes).toEqual([{ kind: 'answered-calls', names: ['pay'] }]);
    expect(await session.paused()).toBeUndefined();
    expect(paid).toEqual([]);
  });

  test('keeps the results of calls that ran before the pause if the others are cancelled', async () => {
    const { agent } = clerk(
      callsTools(['pay', { euros: 90 }], ['pay', { euros: 5 }]),
      says('Stopped.'),
    );
    const session = newSession();
    await agent.run('Pay 90.', { session });
    const cancelled = await agent.run('Stop.', { session, openCalls: 'cancel' });
    expect(cancelled.fixes).toEqual([{ kind: 'answered-calls', names: ['pay'] }]);
    expect(cancelled.transcript.turns[2]).toMatchObject({
      results: [{ status: 'cancelled' }, { status: 'ok' }],
    });
  });

  test('is continued from its pause once, also by another process', async () => {
    const { agent, paid } = clerk(callsTool('pay', { euros: 90 }), says('Paid.'), says('Twice.'));
    const session = newSession();
    await agent.run('Pay 90.', { session });
    const other = reopen(session.id);
    const paused = await other.paused();
    expect(paused?.waiting).toMatchObject([{ callId: '1.0', call: { arguments: { euros: 90 } } }]);
    const state = paused?.state ?? {};
    const result = await agent.resume(state, { session: other, decisions: approve }).result;
    expect(result).toMatchObject({ output: 'Paid.' });
    const again = agent.resume(state, { session, decisions: approve });
    await expect(again.result).rejects.toMatchObject({ code: 'invalid_state' });
    expect(paid).toEqual([90]);
    expect((await session.transcript()).turns).toHaveLength(4);
  });

  test('keeps the pause if a decision cannot be used', async () => {
    const { agent, paid } = clerk(callsTool('pay', { euros: 90 }), says('Paid.'));
    const session = newSession();
    const { state } = await agent.run('Pay 90.', { session });
    const wrong = { '1.0': { kind: 'edit', arguments: { euros: 'x' } } } as const;
    await expect(agent.resume(state, { session, decisions: wrong }).result).rejects.toMatchObject({
      code: 'invalid_options',
    });
    const paused = await session.paused();
    await agent.resume(paused?.state ?? {}, { session, decisions: approve }).result;
    expect(paid).toEqual([90]);
  });

  test('remembers a decision that is given with always', async () => {
    const { agent, paid } = clerk(
      callsTool('pay', { euros: 90 }),
      callsTool('pay', { euros: 91 }),
      says('Paid.'),
      callsTool('pay', { euros: 92 }),
      says('Paid again.'),
    );
    const session = newSession();
    const { state } = await agent.run('Pay 90 and 91.', { session });
    const decisions = { '1.0': { kind: 'approve', always: true } } as const;
    await agent.resume(state, { session, decisions }).result;
    const result = await agent.run('Pay 92.', { session: reopen(session.id) });
    expect(result).toMatchObject({ status: 'completed', output: 'Paid again.' });
    expect(paid).toEqual([90, 91, 92]);
  });

  test('refuses a second run at the same time, and a run after it starts', async () => {
    const { agent } = clerk(says('One.'), says('Two.'));
    const session = newSession();
    const first = agent.run('One?', { session });
    await expect(agent.run('Two?', { session })).rejects.toMatchObject({ code: 'session_busy' });
    await first;
    expect(await agent.run('Two?', { session })).toMatchObject({ output: 'Two.' });
  });

  test('can be replaced by a shorter conversation, which later runs continue', async () => {
    const { agent } = clerk(says('Hello Ada.'), says('Ada.'), says('Fine.'));
    const session = newSession();
    const first = await agent.run('I am Ada.', { session });
    await agent.run('Who am I?', { session });
    if (first.status !== 'completed') throw new Error('The run did not end.');
    const { transcript } = first;
    await session.replace(transcript);
    expect((await reopen(session.id).transcript()).toJSON()).toEqual(transcript.toJSON());
    const later = await agent.run('How are you?', { session: reopen(session.id) });
    expect(later.transcript.turns).toHaveLength(4);
    expect((await session.transcript()).turns).toHaveLength(4);
  });

  test('is not replaced while a run uses it or a call waits', async () => {
    const { agent } = clerk(says('Hello.'), callsTool('pay', { euros: 90 }));
    const session = newSession();
    const run = agent.run('Hi.', { session });
    const replaced = session.replace(Transcript.empty());
    await expect(replaced).rejects.toMatchObject({ code: 'session_busy' });
    await run;
    await agent.run('Pay 90 euros.', { session });
    await expect(session.replace(Transcript.empty())).rejects.toMatchObject({
      code: 'calls_waiting',
      message: expect.stringContaining('"pay"'),
    });
  });

  test('is not replaced by a conversation that ends with a question', async () => {
    const session = newSession();
    const open = Transcript.empty().user('Hi.') as Transcript as Transcript<'user'>;
    await expect(session.replace(open)).rejects.toMatchObject({ code: 'invalid_options' });
  });

  test('keeps a decision that was given with always when it is replaced', async () => {
    const pays = callsTool('pay', { euros: 90 });
    const { agent, paid } = clerk(pays, says('Paid.'), pays, says('Paid again.'));
    const session = newSession();
    const { state } = await agent.run('Pay 90 euros.', { session });
    const decisions = { '1.0': { kind: 'approve', always: true } } as const;
    await agent.resume(state, { session, decisions }).result;
    await session.replace(Transcript.empty());
    await agent.run('Pay 90 euros.', { session });
    expect(paid).toEqual([90, 90]);
  });

  test('can be deleted', async () => {
    const { agent } = clerk(says('One.'));
    const session = newSession();
    await agent.run('One?', { session });
    await session.delete();
    expect((await reopen(session.id).transcript()).turns).toEqual([]);
  });

  test('is not overwritten by a run that started from an older version', async () => {
    const { agent } = clerk(says('One.'));
    const session = newSession();
    const change = { keep: 0, turns: [], notes: {}, operationId: 'other', expectedVersion: 0 };
    const reading = async () => {
      for await (const { type } of agent.stream('One?', { session })) {
        if (type === 'run-started') await session.store.append(session.id, change);
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: 'session_conflict' });
    expect((await session.transcript()).turns).toEqual([]);
  });
});

test('a store without replace() is given a change that keeps no turn', async () => {
  const { load, append, delete: remove } = memorySessionStore();
  const session = new Session({ store: { load, append, delete: remove } });
  const { agent } = clerk(says('Hello.'));
  await agent.run('Hi.', { session });
  await session.replace(Transcript.empty());
  expect((await session.transcript()).turns).toEqual([]);
});

test('a session and a transcript cannot be given together', async () => {
  const { agent } = clerk(says('One.'), says('Two.'));
  const { transcript } = await agent.run('One?');
  const running = agent.run('Two?', { transcript, session: new Session() });
  await expect(running).rejects.toMatchObject({ code: 'invalid_options' });
});

test('an id that is empty is refused', () => {
  expect(() => new Session({ id: '' })).toThrow(
    expect.objectContaining({ code: 'invalid_options' }),
  );
});

test('an earlier pause of the same run cannot be continued: its calls have run', async () => {
  let payments = 0;
  const pay = tool({
    name: 'pay',
    description: 'Pays.',
    parameters: z.object({ euros: z.number() }),
    needsApproval: true,
    execute: () => {
      payments += 1;
      return 'Paid.';
    },
  });
  const model = scriptedModel([callsTools(['pay', { euros: 1 }], ['pay', { euros: 2 }])]);
  const agent = new Agent({ name: 'clerk', model, tools: [pay] });
  const session = new Session();
  const paused = await agent.run('Pay both.', { session });
  const decisions = { '1.0': { kind: 'approve' } } as const;
  await agent.resume(paused.state, { session, decisions }).result;
  const again = agent.resume(paused.state, { session, decisions }).result;
  await expect(again).rejects.toMatchObject({ code: 'invalid_state' });
  expect(payments).toBe(1);
});
