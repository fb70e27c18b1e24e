import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Session } from '@turnwise/core';
import {
  type DurableAgent,
  type DurableRuns,
  durable,
  type RunStore,
  sqlite,
} from '@turnwise/durable';
import { type DeskLog, desk, type Reply } from '../support/desk.ts';

let folder: string;
let log: DeskLog;
const opened: (DurableRuns | RunStore)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnwise-run-sessions-'));
  log = { done: [], requests: 0 };
});

afterEach(async () => {
  await closeAll();
  await rm(folder, { recursive: true });
});

async function closeAll() {
  for (const each of opened.splice(0)) await each.close();
}

const fileStore = () => sqlite(join(folder, 'runs.db'));

function open(agent: DurableAgent, store: RunStore = fileStore()) {
  const runs = durable({ store, agents: { desk: agent } });
  opened.push(runs);
  return runs;
}

/** The session as another program reads it, without being the owner of the file. */
function readSession() {
  const store = fileStore();
  opened.push(store);
  return new Session({ id: 's', store: store.sessions });
}

/** The texts of a conversation. */
async function texts(): Promise<readonly string[]> {
  const { turns } = await readSession().transcript();
  return turns.flatMap((turn) => JSON.stringify(turn).match(/(?<="text":")[^"]*/g) ?? []);
}

const script: readonly Reply[] = [
  [
    ['look', { order: 'A' }],
    ['pay', { order: 'A', euros: 90 }],
  ],
  'It is paid.',
  'You are welcome.',
];
const inSession = { session: 's' } as const;

test('runs on one session continue its conversation, also in another process', async () => {
  const first = open(desk(['Hello.', 'Bye.'], { log }));
  await first.start('desk', 'Hi', { runId: '1', ...inSession });
  await first.result('1');
  await closeAll();
  const second = open(desk(['Hello.', 'Bye.'], { log }));
  await second.start('desk', 'I must go.', { runId: '2', ...inSession });
  expect(await second.result('2')).toMatchObject({ status: 'completed', output: 'Bye.' });
  await second.start('desk', 'I must go.', { runId: '2', ...inSession });
  expect(await texts()).toEqual(['Hi', 'Hello.', 'I must go.', 'Bye.']);
});

test('a run that waits keeps its session, and a new input is refused with the calls named', async () => {
  const agent = desk(script, { log });
  const runs = open(agent);
  await runs.start('desk', 'Pay A', { runId: '1', ...inSession });
  await runs.result('1');
  const refused = { code: 'calls_waiting', message: expect.stringMatching(/"pay" \(1\.1\)/) };
  await expect(runs.start('desk', 'Thanks', inSession)).rejects.toMatchObject(refused);
  const session = readSession();
  await expect(agent.agent.run('Thanks', { session })).rejects.toMatchObject(refused);
  const other = agent.agent.run('Thanks', { session, openCalls: 'cancel' });
  await expect(other).rejects.toMatchObject(refused);
  expect((await session.transcript()).awaits).toBe('tool');
  await closeAll();
  const next = open(desk(script, { log }));
  await next.decide('1', { '1.1': { kind: 'approve' } });
  await next.result('1', { untilEnd: true });
  await next.start('desk', 'Thanks', { runId: '2', ...inSession });
  await next.result('2');
  expect((await texts()).slice(-3)).toEqual(['It is paid.', 'Thanks', 'You are welcome.']);
  expect(log.done).toEqual(['look A', 'pay A 90 1/1.1']);
});

test('a new input that cancels ends the run that waits, and the results of its other calls stay', async () => {
  const runs = open(desk(script, { log }));
  await runs.start('desk', 'Pay A', { runId: '1', ...inSession });
  await runs.result('1');
  await runs.start('desk', 'Stop', { runId: '2', ...inSession, openCalls: 'cancel' });
  expect(await runs.result('2')).toMatchObject({ status: 'completed', output: 'It is paid.' });
  expect(await runs.result('1')).toMatchObject({ status: 'stopped', reason: 'aborted' });
  const results = (await readSession().transcript()).turns.flatMap((turn) =>
    turn.role === 'tool' ? turn.results.map(({ status }) => status) : [],
  );
  expect(results).toEqual(['ok', 'cancelled']);
  expect(log.done).toEqual(['look A']);
});

test('of two runs that are started together on one session, one is refused', async () => {
  const runs = open(desk(['Hello.'], { log }));
  const started = await Promise.allSettled([
    runs.start('desk', 'Hi', { runId: '1', ...inSession }),
    runs.start('desk', 'Ho', { runId: '2', ...inSession }),
  ]);
  expect(started.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(started[1]).toMatchObject({ reason: { code: 'session_busy' } });
  await runs.result('1');
  expect(await runs.get('2')).toBeUndefined();
  expect(await texts()).toEqual(['Hi', 'Hello.']);
});

test('a run of the process without the engine is not disturbed, and its waiting calls are refused or cancelled', async () => {
  const agent = desk(script, { log });
  const runs = open(agent);
  const session = readSession();
  const paused = await agent.agent.run('Pay A', { session });
  expect(paused.status).toBe('paused');
  const start = runs.start('desk', 'Thanks', inSession);
  await expect(start).rejects.toMatchObject({ code: 'calls_waiting' });
  await runs.start('desk', 'Stop', { runId: '1', ...inSession, openCalls: 'cancel' });
  expect(await runs.result('1')).toMatchObject({ output: 'It is paid.' });
  const late = agent.agent.resume(paused.state, { session }).result;
  await expect(late).rejects.toMatchObject({ code: 'invalid_state' });
});

test('a permission that was given with always applies to the next run of the session', async () => {
  const pay: Reply = [['pay', { order: 'A', euros: 90 }]];
  const runs = open(desk([pay, 'Paid.', pay, 'Paid again.'], { log }));
  await runs.start('desk', 'Pay A', { runId: '1', ...inSession });
  await runs.result('1');
  await runs.decide('1', { '1.0': { kind: 'approve', always: true } });
  await runs.result('1', { untilEnd: true });
  await runs.start('desk', 'Pay A', { runId: '2', ...inSession });
  expect(await runs.result('2')).toMatchObject({ output: 'Paid again.' });
});

test.each(['before the session is saved', 'after the session is saved'])(
  'a process that ends %s loses no turn and adds none twice',
  async (moment) => {
    const store = fileStore();
    let isEnded = false;
    const crash = async (): Promise<never> => {
      isEnded = true;
      throw new Error('The process has ended.');
    };
    const crashing: RunStore = {
      ...store,
      change: async (id, epoch, change) =>
        change.status === 'completed' && moment.startsWith('after')
          ? await crash()
          : await store.change(id, epoch, change),
      sessions: {
        ...store.sessions,
        append: async (id, change) =>
          change.turns.length > 0 && moment.startsWith('before')
            ? await crash()
            : await store.sessions.append(id, change),
      },
    };
    const runs = open(desk(['Hello.', 'Bye.'], { log }), crashing);
    await runs.start('desk', 'Hi', { runId: '1', ...inSession });
    await expect(runs.result('1')).rejects.toThrow('The process has ended.');
    expect(isEnded).toBe(true);
    await closeAll();
    const next = open(desk(['Hello.', 'Bye.'], { log }));
    expect(await next.result('1')).toMatchObject({ output: 'Hello.' });
    await next.start('desk', 'I must go.', { runId: '2', ...inSession });
    await next.result('2');
    expect(await texts()).toEqual(['Hi', 'Hello.', 'I must go.', 'Bye.']);
    expect(log.requests).toBe(2);
  },
);

test('a run that fails leaves its session to the next input', async () => {
  const replyOf = () => {
    if (log.requests === 1) throw new Error('The model is away.');
    return 'Hello.';
  };
  const runs = open(desk(['-'], { log, replyOf }));
  await runs.start('desk', 'Hi', { runId: '1', ...inSession });
  await expect(runs.result('1')).rejects.toThrow('The model is away.');
  await runs.start('desk', 'Are you there?', { runId: '2', ...inSession });
  await runs.result('2');
  expect(await texts()).toEqual(['Hi', 'Are you there?', 'Hello.']);
});

test('an accepted input that an aborted run did not read is in the session', async () => {
  const runs = open(desk(script, { log }));
  await runs.start('desk', 'Pay A', { runId: '1', ...inSession });
  await runs.result('1');
  await runs.addInput('1', 'Be quick.');
  await runs.abort('1');
  await runs.result('1', { untilEnd: true });
  expect((await texts()).at(-1)).toBe('Be quick.');
});

test('a run whose session was deleted fails, and its turns do not come back', async () => {
  const runs = open(desk(script, { log }));
  await runs.start('desk', 'Pay A', { runId: '1', ...inSession });
  await runs.result('1');
  await readSession().delete();
  await runs.decide('1', { '1.1': { kind: 'deny' } });
  const result = runs.result('1', { untilEnd: true });
  await expect(result).rejects.toMatchObject({ code: 'session_conflict' });
  expect(await texts()).toEqual([]);
});
