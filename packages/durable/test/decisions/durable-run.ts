import { type DurableRuns, durable, sqlite } from '@turnwise/durable';
import { type Cell, callsOf, caseOf, clerkOf } from './decision-cell.ts';
import type { WaitingRun } from './play-cell.ts';

/** Engines that are still open: the same process decides with them. */
const live = new Map<string, { readonly runs: DurableRuns; readonly done: string[] }>();

/** Starts a durable run until it waits. For doubt, it is suspended while its tools run. */
export async function prepareDurable(cell: Cell, file: string): Promise<void> {
  if (caseOf(cell).tool === 'send') await suspendInTools(cell, file);
  const { runs, done } = open(cell, file, 1);
  await runs.start('clerk', 'Go.', { runId: 'r' });
  const { status } = await runs.result('r');
  if (status !== 'waiting') throw new Error(`The run does not wait, but is ${status}.`);
  if (cell.place === 'same process') live.set(file, { runs, done });
  else await runs.close();
}

async function suspendInTools(cell: Cell, file: string): Promise<void> {
  let started = 0;
  let allStarted = () => {};
  const running = new Promise<void>((resolve) => {
    allStarted = resolve;
  });
  const beforeSend = async (signal: AbortSignal) => {
    started += 1;
    if (started === callsOf(cell).length) allStarted();
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const agent = clerkOf(cell, 1, { beforeSend });
  const runs = durable({ store: sqlite(file), agents: { clerk: { agent } } });
  await runs.start('clerk', 'Go.', { runId: 'r' });
  await running;
  await runs.close({ graceMs: 0 });
}

function open(cell: Cell, file: string, version: 1 | 2) {
  const done: string[] = [];
  const agent = clerkOf(cell, version, { done });
  return { runs: durable({ store: sqlite(file), agents: { clerk: { agent } } }), done };
}

/** Opens the file that has the run. */
export async function openDurable(cell: Cell, file: string, version: 1 | 2): Promise<WaitingRun> {
  const { runs, done } = live.get(file) ?? open(cell, file, version);
  const log: WaitingRun['log'] = { done, events: [] };
  const settle = async () => {
    const thrown = await runs.result('r').then(
      () => undefined,
      (error: unknown) => error,
    );
    if (thrown === undefined) return;
    const code = String(Reflect.get(Object(thrown), 'code'));
    if (code !== 'agent_changed') throw thrown;
    log.blocked = code;
    await runs.resume('r', { accept: 'changed-agent' });
    await runs.result('r');
  };
  const decide: WaitingRun['decide'] = async (decisions) => {
    await runs.decide('r', decisions);
    await settle();
  };
  return {
    log,
    waiting: async () => (await runs.waiting()).map(({ waiting }) => waiting),
    decide,
    decideAgain: async (callId, others) => {
      await decide({ [callId]: { kind: 'deny' }, ...others });
    },
    end: async () => {
      await readDecisions(runs, log.events);
      return await runs.result('r');
    },
    close: async () => {
      live.delete(file);
      await runs.close();
    },
  };
}

async function readDecisions(runs: DurableRuns, decided: string[]): Promise<void> {
  try {
    for await (const event of runs.events('r')) {
      if (event.type !== 'decision-resolved') continue;
      decided.push(`${event.decision.kind} ${event.call.id}`);
    }
  } catch (thrown) {
    decided.push(String(Reflect.get(Object(thrown), 'code')));
  }
}
