import { beforeEach, expect, test } from '@jest/globals';
import { type DeskLog, desk, twoPayments } from './desk.ts';
import { openedRuns } from './opened-runs.ts';
import type { TestBackend } from './test-backend.ts';

/** Tests how runs are aborted, and how those who wait for them are released. */
export function describeAborts(backend: TestBackend): void {
  const { open, closeAll, opened } = openedRuns(backend);
  let log: DeskLog;

  beforeEach(() => {
    log = { done: [], requests: 0 };
  });

  test('an abort ends a run that waits, and its calls are answered as cancelled', async () => {
    const runs = open(desk(twoPayments, { log }));
    await runs.start('desk', 'Pay A and B', { runId: 'r' });
    await runs.result('r');
    await runs.abort('r');
    await runs.abort('r');
    const result = await runs.result('r', { untilEnd: true });
    expect(result).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(log.done).toHaveLength(2);
  });

  test('an abort ends a tool that runs', async () => {
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
    const runs = open(desk([[['look', { order: 'A' }]], 'Done.'], { log, before }));
    await runs.start('desk', 'Look', { runId: 'r' });
    await running;
    await runs.abort('r');
    expect(await runs.result('r')).toMatchObject({ status: 'stopped', reason: 'aborted' });
  });

  test('a run that is blocked can be aborted, and its calls are answered as cancelled', async () => {
    await open(desk(twoPayments, { log })).start('desk', 'Pay', { runId: 'r' });
    await opened[0]?.result('r');
    await closeAll();
    const changed = open(desk(twoPayments, { log, instructions: 'Be polite.' }));
    await changed.decide('r', { '3.0': { kind: 'approve' } });
    await expect(changed.result('r', { untilEnd: true })).rejects.toMatchObject({
      code: 'agent_changed',
    });
    await changed.abort('r');
    const result = await changed.result('r', { untilEnd: true });
    expect(result).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(JSON.stringify(result.transcript.turns.at(-1))).toContain('"status":"cancelled"');
    expect(log.done).toHaveLength(2);
    await expect(changed.resume('r')).rejects.toMatchObject({ code: 'run_ended' });
  });

  test('an abort ends a run that waits, also if its agent does not have the tool of the call any more', async () => {
    await open(desk(twoPayments, { log })).start('desk', 'Pay', { runId: 'r' });
    await opened[0]?.result('r');
    await closeAll();
    const bare = open(desk(twoPayments, { log, without: 'pay' }));
    await bare.resume('r', { accept: 'changed-agent' });
    await bare.abort('r');
    const result = await bare.result('r', { untilEnd: true });
    expect(result).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(JSON.stringify(result.transcript.turns.at(-1))).toContain('"status":"cancelled"');
    expect(log.done).toHaveLength(2);
  });

  test('who waits for the end of a run that waits for a decision is released when the runs are closed', async () => {
    const runs = open(desk(twoPayments, { log }));
    await runs.start('desk', 'Pay A and B', { runId: 'r' });
    await runs.result('r');
    const ends = [1, 2].map(() => runs.result('r', { untilEnd: true }));
    const released = Promise.allSettled(ends);
    await closeAll();
    const stopped = { status: 'rejected', reason: { code: 'engine_stopped', reason: 'suspended' } };
    expect(await released).toMatchObject([stopped, stopped]);
    await expect(runs.result('r', { untilEnd: true })).rejects.toMatchObject(stopped.reason);
  });
}
