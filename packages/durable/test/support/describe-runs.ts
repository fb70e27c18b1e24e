import { setImmediate } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import type { RunEvent } from '@turnwise/core';
import { describeAborts } from './describe-aborts.ts';
import { type DeskLog, desk, type Reply, twoPayments } from './desk.ts';
import { openedRuns } from './opened-runs.ts';
import type { TestBackend } from './test-backend.ts';

/** Tests what every store and engine of durable runs does. */
export function describeRuns(backend: TestBackend): void {
  describeAborts(backend);
  const { open, closeAll, opened } = openedRuns(backend);
  let log: DeskLog;

  beforeEach(() => {
    log = { done: [], requests: 0 };
  });

  test('a run that is started survives, and its result can be read in another process', async () => {
    const runs = open(desk(['Hello.'], { log }));
    const { id } = await runs.start('desk', 'Hi', { runId: 'r' });
    expect(await runs.result(id)).toMatchObject({ status: 'completed', output: 'Hello.' });
    await closeAll();
    const again = open(desk(['Hello.'], { log }));
    const result = await again.result('r');
    expect(result).toMatchObject({ status: 'completed', output: 'Hello.', text: 'Hello.' });
    expect(result.transcript.turns).toHaveLength(2);
    expect(log.requests).toBe(1);
  });

  test('a run with the same id and input is the same run, and with another input it is refused', async () => {
    const runs = open(desk(['Hello.'], { log }));
    await runs.start('desk', 'Hi', { runId: 'r' });
    await runs.start('desk', 'Hi', { runId: 'r' });
    const other = runs.start('desk', 'Bye', { runId: 'r' });
    await expect(other).rejects.toMatchObject({ code: 'run_exists' });
    await runs.result('r');
    expect(log.requests).toBe(1);
  });

  test('a run waits for a decision while its process is closed, and continues with it', async () => {
    const runs = open(desk(twoPayments, { log }));
    await runs.start('desk', 'Pay A and B', { runId: 'r' });
    expect(await runs.result('r')).toMatchObject({ status: 'waiting' });
    await closeAll();
    const next = open(desk(twoPayments, { log }));
    expect(await next.get('r')).toMatchObject({ status: 'waiting' });
    expect(await next.waiting()).toMatchObject([
      {
        runId: 'r',
        agent: 'desk',
        waiting: { callId: '3.0', call: { arguments: { order: 'B' } } },
      },
    ]);
    await next.decide('r', { '3.0': { kind: 'approve' } });
    const result = await next.result('r', { untilEnd: true });
    expect(result).toMatchObject({ status: 'completed', output: 'Both are paid.' });
    // The first two run in parallel.
    expect(log.done.toSorted()).toEqual(['look A', 'pay A 20 r/1.1', 'pay B 90 r/3.0']);
    expect(log.requests).toBe(3);
  });

  test('a decision given by another process reaches the owner', async () => {
    const runs = open(desk(twoPayments, { log }));
    await runs.start('desk', 'Pay A and B', { runId: 'r' });
    await runs.result('r');
    await backend.decideElsewhere('r', { '3.0': { kind: 'deny' } });
    expect(await runs.result('r', { untilEnd: true })).toMatchObject({ status: 'completed' });
    expect(log.done).toHaveLength(2);
  });

  test('a decision given twice changes nothing, also when the run has ended', async () => {
    const runs = open(desk(twoPayments, { log }));
    await runs.start('desk', 'Pay A and B', { runId: 'r' });
    await runs.result('r');
    await runs.decide('r', { '3.0': { kind: 'deny' } });
    await runs.decide('r', { '3.0': { kind: 'approve' } });
    await runs.result('r', { untilEnd: true });
    await runs.decide('r', { '3.0': { kind: 'approve' } });
    expect(log.done).toHaveLength(2);
  });

  test('a decision that cannot be used is refused, and the run waits on', async () => {
    const runs = open(desk(twoPayments, { log }));
    await runs.start('desk', 'Pay A and B', { runId: 'r' });
    await runs.result('r');
    const invalid = { code: 'invalid_options' };
    const approve = { kind: 'approve' } as const;
    await expect(runs.decide('r', { '9.0': approve })).rejects.toMatchObject(invalid);
    await expect(runs.decide('x', { '3.0': approve })).rejects.toMatchObject({
      code: 'run_unknown',
    });
    const answer = { kind: 'answer', value: 1 } as const;
    await expect(runs.decide('r', { '3.0': answer })).rejects.toMatchObject(invalid);
    const wrong = { ...approve, fingerprint: 'f' };
    await expect(runs.decide('r', { '3.0': wrong })).rejects.toMatchObject(invalid);
    const unfit = { kind: 'edit', arguments: { order: 'B', euros: 'sixty' } } as const;
    await expect(runs.decide('r', { '3.0': unfit })).rejects.toMatchObject(invalid);
    expect(await runs.get('r')).toMatchObject({ status: 'waiting' });
    await runs.decide('r', { '3.0': { kind: 'edit', arguments: { order: 'B', euros: 60 } } });
    await runs.result('r', { untilEnd: true });
    expect(log.done.at(-1)).toBe('pay B 60 r/3.0');
    const late = runs.decide('r', { '9.0': approve });
    await expect(late).rejects.toMatchObject({ code: 'run_ended' });
  });

  test('an input is read once, before the next request, also if it is given twice', async () => {
    const runs = open(desk(twoPayments, { log }));
    await runs.start('desk', 'Pay A and B', { runId: 'r' });
    await runs.result('r');
    await runs.addInput('r', 'Be quick.', { inputId: '1' });
    await runs.addInput('r', 'Be quick.', { inputId: '1' });
    await runs.decide('r', { '3.0': { kind: 'approve' } });
    const { transcript } = await runs.result('r', { untilEnd: true });
    const texts = JSON.stringify(transcript.turns).match(/Be quick\./g);
    expect(texts).toHaveLength(1);
    await expect(runs.addInput('r', 'More.')).rejects.toMatchObject({ code: 'run_ended' });
  });

  test('a run that was closed in the middle of a tool continues in the next process', async () => {
    let isRunning = () => {};
    const running = new Promise<void>((resolve) => {
      isRunning = resolve;
    });
    const before = async (_name: string, signal: AbortSignal) => {
      isRunning();
      await new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      );
    };
    const steps: readonly Reply[] = [[['look', { order: 'A' }]], 'Done.'];
    const runs = open(desk(steps, { log, before }));
    await runs.start('desk', 'Look', { runId: 'r' });
    await running;
    const result = runs.result('r');
    await closeAll();
    await expect(result).rejects.toMatchObject({ code: 'engine_stopped', reason: 'suspended' });
    const next = open(desk(steps, { log }));
    expect(await next.result('r')).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(log).toEqual({ done: ['look A'], requests: 2 });
  });

  test('a run whose agent was changed is blocked until that is accepted', async () => {
    await open(desk(twoPayments, { log })).start('desk', 'Pay', { runId: 'r' });
    await opened[0]?.result('r');
    await closeAll();
    const changed = open(desk(twoPayments, { log, instructions: 'Be polite.' }));
    await changed.decide('r', { '3.0': { kind: 'approve' } });
    const blocked = changed.result('r', { untilEnd: true });
    await expect(blocked).rejects.toMatchObject({ code: 'agent_changed' });
    expect(log.done).toHaveLength(2);
    await changed.resume('r');
    const still = changed.result('r', { untilEnd: true });
    await expect(still).rejects.toMatchObject({ code: 'agent_changed' });
    await changed.resume('r', { accept: 'changed-agent' });
    expect(await changed.result('r')).toMatchObject({ status: 'completed' });
    expect(log.done).toHaveLength(3);
  });

  test('a run is blocked by an agent without the tool of a call that waits, and continues with the right one', async () => {
    await open(desk(twoPayments, { log })).start('desk', 'Pay', { runId: 'r' });
    await opened[0]?.result('r');
    await closeAll();
    const decisions = { '3.0': { kind: 'approve' } } as const;
    const refused = { code: 'invalid_state', message: expect.stringContaining('tool "pay"') };
    const withoutTool = () => open(desk(twoPayments, { log, without: 'pay' }));
    await expect(withoutTool().decide('r', decisions)).rejects.toMatchObject(refused);
    await closeAll();
    const polite = open(desk(twoPayments, { log, instructions: 'Be polite.' }));
    await polite.decide('r', decisions);
    await expect(polite.result('r', { untilEnd: true })).rejects.toMatchObject({
      code: 'agent_changed',
    });
    await closeAll();
    const bare = withoutTool();
    await bare.resume('r', { accept: 'changed-agent' });
    await expect(bare.result('r', { untilEnd: true })).rejects.toMatchObject(refused);
    expect(log.done).toHaveLength(2);
    await closeAll();
    const right = open(desk(twoPayments, { log }));
    await right.resume('r', { accept: 'changed-agent' });
    expect(await right.result('r')).toMatchObject({ status: 'completed' });
    expect(log.done).toHaveLength(3);
  });

  test('after a decision, a result is what the run does next, and not that it waited', async () => {
    const runs = open(desk(twoPayments, { log }));
    await runs.start('desk', 'Pay A and B', { runId: 'r' });
    await runs.result('r');
    await runs.decide('r', { '3.0': { kind: 'approve' } });
    expect(await runs.result('r')).toMatchObject({ status: 'completed' });
  });

  test('a run that failed keeps its error, and can be continued', async () => {
    const broken = desk(['Hello.'], { log });
    const runs = open({
      ...broken,
      context: () => {
        if (log.done.length === 0) throw new Error('The database is away.');
        return undefined;
      },
    });
    await runs.start('desk', 'Hi', { runId: 'r' });
    await expect(runs.result('r')).rejects.toThrow('The database is away.');
    log.done.push('repaired');
    await runs.resume('r');
    expect(await runs.result('r')).toMatchObject({ status: 'completed' });
  });

  test(`${backend.manyRuns} runs at the same time complete`, async () => {
    const runs = open(
      desk([[['look', { order: 'A' }]], [['look', { order: 'B' }]], 'Done.'], { log }),
    );
    const ids = Array.from({ length: backend.manyRuns }, (_, place) => `run ${place}`);
    await Promise.all(ids.map((runId) => runs.start('desk', 'Look', { runId })));
    const results = await Promise.all(ids.map((id) => runs.result(id)));
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['completed']));
    expect(log.done).toHaveLength(2 * backend.manyRuns);
  });

  test('events are read once in their order, over a pause, a closed process and a new reader', async () => {
    const runs = open(desk(twoPayments, { log }));
    await runs.start('desk', 'Pay A and B', { runId: 'r' });
    const first: RunEvent[] = [];
    for await (const event of runs.events('r')) first.push(event);
    expect(first.at(-1)).toMatchObject({ type: 'run-finished', status: 'paused' });
    await closeAll();
    const next = open(desk(twoPayments, { log }));
    const last = Math.max(...wholeNumbers(first));
    await next.decide('r', { '3.0': { kind: 'approve' } });
    const second: RunEvent[] = [];
    for await (const event of next.events('r', { after: last })) second.push(event);
    expect(second.at(-1)).toMatchObject({ type: 'run-finished', status: 'completed' });
    const all: RunEvent[] = [];
    for await (const event of next.events('r')) all.push(event);
    expect(wholeNumbers(all)).toEqual([...wholeNumbers(first), ...wholeNumbers(second)]);
    expect(new Set(wholeNumbers(all)).size).toBe(wholeNumbers(all).length);
    expect(log.done).toHaveLength(3);
  });

  test('the events of a parallel batch have the same numbers when they are read again', async () => {
    const calls = Array.from({ length: 12 }, (_, place) =>
      place % 3 === 0
        ? (['pay', { order: `${place}`, euros: 1 }] as const)
        : (['look', { order: `${place}` }] as const),
    );
    const before = async (_name: string, _signal: AbortSignal, callId: string) => {
      for (let turn = Number(callId.split('.')[1]) % 4; turn > 0; turn -= 1) await setImmediate();
    };
    const agent = desk([calls, calls, 'Done.'], { log, before, maxParallelTools: 3 });
    const runs = open(agent);
    await runs.start('desk', 'Pay', { runId: 'r' });
    const first: RunEvent[] = [];
    for await (const event of runs.events('r')) first.push(event);
    await closeAll();
    const again: RunEvent[] = [];
    for await (const event of open(agent).events('r')) again.push(event);
    expect(namesOf(again)).toEqual(namesOf(first));
  });
}

/** The numbers of events that are stored, and what they are about. */
function namesOf(events: readonly RunEvent[]): string[] {
  return events
    .filter(({ seq }) => Number.isInteger(seq))
    .map((event) => `${event.seq} ${event.type} ${'call' in event ? event.call.id : ''}`);
}

function wholeNumbers(events: readonly RunEvent[]): number[] {
  return events.flatMap(({ seq }) => (Number.isInteger(seq) ? [seq] : []));
}
