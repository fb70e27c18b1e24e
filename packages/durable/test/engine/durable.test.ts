import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DurableRuns, durable, sqlite } from '@turnwise/durable';
import { changeFile } from '../support/change-file.ts';
import { describeRuns } from '../support/describe-runs.ts';
import { type DeskLog, desk } from '../support/desk.ts';

let folder: string;
let file: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnwise-durable-'));
});

afterAll(async () => await rm(folder, { recursive: true }));

async function newFile() {
  count += 1;
  file = join(folder, `${count}.db`);
}

describe('runs in SQLite', () => {
  describeRuns({
    reset: newFile,
    open: () => sqlite(file),
    decideElsewhere: async (runId, decisions) => {
      const other = sqlite(file);
      for (const [callId, body] of Object.entries(decisions)) {
        const id = `decision/1/${callId}`;
        await other.addSignal(runId, { id, kind: 'decision', body: body as never });
      }
      await other.close();
    },
    manyRuns: 500,
  });
});

test('a damaged row of the journal blocks the run, and nothing runs', async () => {
  const before = async (name: string, signal: AbortSignal) => {
    if (name === 'pay') await new Promise((_, no) => signal.addEventListener('abort', no));
  };
  await newFile();
  const log: DeskLog = { done: [], requests: 0 };
  const script = [[['look', { order: 'A' }] as const, ['pay', { order: 'A', euros: 20 }] as const]];
  const runs = durable({
    store: sqlite(file),
    agents: { desk: desk(script, { log, before }) },
  });
  await runs.start('desk', 'Pay', { runId: 'r' });
  for await (const event of runs.events('r')) if (event.type === 'tool-finished') break;
  await runs.close({ graceMs: 0 });
  await changeFile(file, "UPDATE journal SET output = '{\"value\":' WHERE kind = 'model'");
  const next = durable({ store: sqlite(file), agents: { desk: desk(script, { log }) } });
  await expect(next.result('r')).rejects.toMatchObject({
    code: 'store_damaged',
    message: expect.stringContaining('"r"'),
  });
  expect(await next.get('r')).toMatchObject({ status: 'blocked' });
  expect(log).toEqual({ done: ['look A'], requests: 1 });
  await next.close();
});

describe('a mistake of the program is named', () => {
  const open = () =>
    durable({
      store: sqlite(file),
      agents: { desk: desk([], { log: { done: [], requests: 0 } }) },
    });

  test('start() after close()', async () => {
    await newFile();
    const runs = open();
    await runs.close();
    await expect(runs.start('desk', 'Pay')).rejects.toMatchObject({
      code: 'store_failed',
      message: expect.stringContaining('durable()'),
    });
  });

  test('a record in place of its id, and an agent in place of its name', async () => {
    await newFile();
    await using runs = closing(open());
    const record = { id: 'r' };
    await expect(runs.result(record as never)).rejects.toThrow('A record has it as `id`.');
    await expect(runs.start({} as never, 'Pay')).rejects.toThrow(
      'start() takes the name of an agent, one of: "desk".',
    );
  });

  test('an id and decisions that are missing', async () => {
    await newFile();
    await using runs = closing(open());
    await runs.start('desk', 'Pay', { runId: 'r' });
    const missing = undefined as never;
    await expect(runs.get(missing)).rejects.toMatchObject({ code: 'invalid_options' });
    for (const decisions of [missing, null as never, [] as never, 'approve' as never]) {
      await expect(runs.decide('r', decisions)).rejects.toMatchObject({
        code: 'invalid_options',
        message: expect.stringContaining('waiting()'),
      });
    }
  });

  test('a store without the name of a file', () => {
    for (const name of [undefined, '', 7]) {
      expect(() => sqlite(name as never)).toThrow('sqlite() needs the name of a file');
    }
  });

  test('missing options, and an agent that is not in an object', () => {
    const agent = desk([], { log: { done: [], requests: 0 } });
    expect(() => durable(undefined as never)).toThrow('durable() needs `store` and `agents`.');
    expect(() => durable({ store: sqlite(file), agents: { desk: agent.agent as never } })).toThrow(
      'agents["desk"] is an agent. Put it into an object: { agent }.',
    );
  });

  test('a status that no run can have', async () => {
    await newFile();
    await using runs = closing(open());
    const filter = { status: 'wating' } as never;
    await expect(runs.list(filter)).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining('one of: running, waiting, blocked'),
    });
  });

  test('a second owner in the same process', async () => {
    await newFile();
    await using first = closing(open());
    await first.ready();
    await using second = closing(open());
    await expect(second.ready()).rejects.toMatchObject({
      code: 'store_in_use',
      message: expect.stringContaining('(this process)'),
    });
  });
});

test('one store object has one durable() at a time, and the second one does not close it', async () => {
  await newFile();
  const store = sqlite(file);
  const agents = { desk: desk([], { log: { done: [], requests: 0 } }) };
  await using first = closing(durable({ store, agents }));
  await first.ready();
  const second = durable({ store, agents });
  await expect(second.start('desk', 'Pay')).rejects.toMatchObject({
    code: 'store_in_use',
    message: expect.stringContaining('close() them first'),
  });
  await second.close();
  await first.start('desk', 'Pay', { runId: 'r' });
  await first.close();
  await using third = closing(durable({ store, agents }));
  expect(await third.get('r')).toMatchObject({ id: 'r' });
});

/** Runs that are closed at the end of the block. */
function closing(runs: DurableRuns) {
  return Object.assign(runs, { [Symbol.asyncDispose]: () => runs.close({ graceMs: 0 }) });
}
