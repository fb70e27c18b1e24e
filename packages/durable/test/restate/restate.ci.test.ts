import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DurableAgent, type DurableRuns, durable } from '@turnwise/durable';
import { restate } from '@turnwise/durable/restate';
import { type RestateServer, startRestateServer } from '@turnwise/durable/testing';
import { type DeskLog, desk, type Reply } from '../support/desk.ts';
import { freePort } from '../support/free-port.ts';
import { testMissingProgram } from '../support/test-missing-program.ts';

const server = await startRestateServer();
const port = await freePort();
const opened: DurableRuns[] = [];
let count = 0;
let log: DeskLog;

beforeEach(() => {
  count += 1;
  log = { done: [], requests: 0 };
});

afterEach(closeAll);
afterAll(async () => await server?.close());

async function closeAll() {
  for (const runs of opened.splice(0)) await runs.close({ graceMs: 0 });
}

function open(agent: DurableAgent, { isWorker = true } = {}) {
  const { ingress, admin } = server as RestateServer;
  const worker = isWorker ? { port } : undefined;
  const store = restate({ ingress, admin, name: `only-${count}`, worker });
  const runs = durable({ store, agents: { desk: agent } });
  opened.push(runs);
  return runs;
}

/** The rows of a query to the tables of Restate. */
async function query(sql: string): Promise<readonly Record<string, string>[]> {
  const response = await fetch(`${server?.admin}/query`, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ query: sql }),
  });
  return ((await response.json()) as { rows: Record<string, string>[] }).rows;
}

/** A tool that begins, and ends only if it is aborted or released. */
function holdTool() {
  let begin = () => {};
  let release = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const before = async (_name: string, signal: AbortSignal) => {
    begin();
    const aborted = new Promise((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason)),
    );
    await Promise.race([released, aborted]);
  };
  return { before, begun, release };
}

const look: Reply = [['look', { order: 'A' }]];

if (server === undefined) testMissingProgram();
else {
  describe('a run in Restate', describeRestate);
}

function describeRestate() {
  test('has an output of 40 MB', async () => {
    const text = 'x'.repeat(40_000_000);
    const runs = open(desk([text], { log }));
    await runs.start('desk', 'Hi', { runId: 'r' });
    const result = await runs.result('r');
    expect(result.status === 'completed' && result.output === text).toBe(true);
    expect(log.requests).toBe(1);
  });

  test('reads an input that another process gives while a tool runs', async () => {
    const { before, begun, release } = holdTool();
    const agent = desk([look, 'Done.'], { log, before });
    const runs = open(agent);
    await runs.start('desk', 'Look', { runId: 'r' });
    await begun;
    await open(agent, { isWorker: false }).addInput('r', 'Be quick.', { inputId: '1' });
    release();
    const { transcript } = await runs.result('r');
    expect(JSON.stringify(transcript.turns).match(/Be quick\./g)).toHaveLength(1);
  });

  test('has no invocation while it waits', async () => {
    const runs = open(desk([[['pay', { order: 'B', euros: 90 }]], 'Paid.'], { log }));
    await runs.start('desk', 'Pay', { runId: 'r' });
    expect(await runs.result('r')).toMatchObject({ status: 'waiting' });
    const sql = `SELECT id FROM sys_invocation WHERE target_service_name LIKE 'only-${count}-%' AND status <> 'completed'`;
    // The server reports an invocation as completed shortly after its result. One that stays open ends the test by its time limit.
    while ((await query(sql)).length > 0);
    const waiting = await runs.get('r');
    expect(waiting?.status).toBe('waiting');
  });

  test('that was interrupted is blocked if only a changed agent answers, and keeps what it recorded', async () => {
    const { before, begun } = holdTool();
    const steps = [look, [['look', { order: 'B' }]] as const, 'Done.'];
    const held = async (name: string, signal: AbortSignal, callId: string) => {
      if (callId === '3.0') await before(name, signal);
    };
    const runs = open(desk(steps, { log, before: held }));
    await runs.start('desk', 'Look', { runId: 'r' });
    await begun;
    await closeAll();
    const changed = open(desk(steps, { log, instructions: 'Be polite.' }));
    await expect(changed.result('r')).rejects.toMatchObject({ code: 'agent_changed' });
    expect(await changed.list({ status: 'blocked' })).toMatchObject([{ id: 'r' }]);
    await changed.resume('r', { accept: 'changed-agent' });
    const result = changed.result('r', { untilEnd: true });
    await expect(result).resolves.toMatchObject({ status: 'completed', output: 'Done.' });
    expect(log).toMatchObject({ done: ['look A', 'look B'], requests: 3 });
  });

  test('that was interrupted and has only a changed agent can be aborted', async () => {
    const { before, begun } = holdTool();
    const runs = open(desk([look, 'Done.'], { log, before }));
    await runs.start('desk', 'Look', { runId: 'r' });
    await begun;
    await closeAll();
    const changed = open(desk([look, 'Done.'], { log, instructions: 'Be polite.' }));
    await expect(changed.result('r')).rejects.toMatchObject({ code: 'agent_changed' });
    await changed.abort('r');
    const result = changed.result('r', { untilEnd: true });
    await expect(result).resolves.toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(log).toMatchObject({ done: [], requests: 1 });
  });

  test('is stored without a worker, and begins when there is one', async () => {
    const agent = desk(['Hi.'], { log });
    await open(agent).ready();
    await closeAll();
    const { id } = await open(agent, { isWorker: false }).start('desk', 'Hi');
    await closeAll();
    expect(await open(agent).result(id)).toMatchObject({ status: 'completed', output: 'Hi.' });
    expect(log.requests).toBe(1);
  });

  test('is not started again after Restate has forgotten its start', async () => {
    const runs = open(desk(['Hi.'], { log }));
    await runs.start('desk', 'Hi', { runId: 'r' });
    await runs.result('r');
    const invocations = await query(
      `SELECT id FROM sys_invocation WHERE target_service_name = 'only-${count}-run' AND target_handler_name = 'start'`,
    );
    for (const { id } of invocations) {
      await fetch(`${server?.admin}/invocations/${id}/purge`, { method: 'PATCH' });
    }
    const other = runs.start('desk', 'Something else', { runId: 'r' });
    await expect(other).rejects.toMatchObject({ code: 'run_exists' });
    expect(await runs.start('desk', 'Hi', { runId: 'r' })).toMatchObject({ status: 'completed' });
    expect(await runs.result('r')).toMatchObject({ output: 'Hi.' });
    expect(log.requests).toBe(1);
  });

  test('is aborted if an operator cancels its invocation', async () => {
    const { before, begun } = holdTool();
    const runs = open(desk([look, 'Done.'], { log, before }));
    await runs.start('desk', 'Look', { runId: 'r' });
    await begun;
    const [invocation] = await query(
      `SELECT id FROM sys_invocation WHERE target_service_name = 'only-${count}-run' AND target_handler_name = 'start'`,
    );
    await fetch(`${server?.admin}/invocations/${invocation?.id}/cancel`, { method: 'PATCH' });
    expect(await runs.result('r')).toMatchObject({ status: 'stopped', reason: 'aborted' });
  });

  test('has no session', async () => {
    const start = open(desk(['Hi.'])).start('desk', 'Hi', { session: 's' });
    await expect(start).rejects.toMatchObject({ code: 'invalid_options' });
  });

  test('lists its runs in pages, and reports an address that does not answer', async () => {
    const runs = open(desk(['Hello.'], { log }));
    for (const runId of ['a', 'b', 'c']) await runs.start('desk', 'Hi', { runId });
    for (const runId of ['a', 'b', 'c']) await runs.result(runId);
    const idsOf = async (filter: Parameters<DurableRuns['list']>[0]) =>
      (await runs.list(filter)).map(({ id }) => id);
    expect(await idsOf({ status: 'completed' })).toEqual(['a', 'b', 'c']);
    expect(await idsOf({ after: 'a', limit: 1 })).toEqual(['b']);
    const admin = `http://127.0.0.1:${await freePort()}`;
    const away = durable({ store: restate({ admin }), agents: { desk: desk(['']) } });
    await expect(away.list()).rejects.toMatchObject({ code: 'store_failed' });
    await away.close();
  });
}
