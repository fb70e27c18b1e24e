import { readFile, writeFile } from 'node:fs/promises';
import type { PausedRun, RunEvent, RunResult, RunStateJson } from '@turnwise/core';
import { type Effects, inProcessEffects } from '@turnwise/core/model';
import { type Cell, caseOf, clerkOf } from './decision-cell.ts';
import type { WaitingRun } from './play-cell.ts';

/** Runs that were not saved and loaded: the same process has their results. */
const live = new Map<string, PausedRun>();

/** Starts a run in this process until it pauses, and saves its state as JSON. */
export async function prepareInProcess(cell: Cell, file: string): Promise<void> {
  const options = { effects: caseOf(cell).tool === 'send' ? doubtfulEffects : inProcessEffects };
  const agent = clerkOf(cell, 1);
  const result =
    cell.mode === 'run'
      ? await agent.run('Go.', options)
      : await readAll(agent.stream('Go.', options), []);
  if (result.status !== 'paused')
    throw new Error(`The run did not pause, but is ${result.status}.`);
  live.set(file, result);
  await writeFile(file, JSON.stringify({ state: result.state, waiting: result.waiting }));
}

/** Continues from the saved state; in the same process from the result itself. */
export async function openInProcess(cell: Cell, file: string, version: 1 | 2): Promise<WaitingRun> {
  const log: WaitingRun['log'] = { done: [], events: [] };
  const agent = clerkOf(cell, version, log);
  const saved: Pick<PausedRun, 'state' | 'waiting'> =
    (cell.place === 'same process' && live.get(file)) || JSON.parse(await readFile(file, 'utf8'));
  let last: { state: RunStateJson; waiting: PausedRun['waiting'] | [] } = saved;
  let end: RunResult | undefined;
  const resume: WaitingRun['decide'] = async (decisions) => {
    try {
      const run = agent.resume(last.state, { decisions });
      end = cell.mode === 'run' ? await run.result : await readAll(run, log.events);
    } catch (thrown) {
      // A run that failed after it was resumed has the state to continue from.
      last = { ...last, state: Reflect.get(Object(thrown), 'state') ?? last.state };
      throw thrown;
    }
    last = { state: end.state, waiting: end.status === 'paused' ? end.waiting : [] };
  };
  return {
    log,
    waiting: async () => last.waiting,
    decide: resume,
    decideAgain: async (callId, others) => {
      // A run that has ended has nothing to continue; the state before the decision is still there.
      if (last.waiting.length === 0) last = saved;
      const again = end?.status === 'paused' ? 'deny' : 'approve';
      await resume({ [callId]: { kind: again }, ...others });
    },
    end: async () => {
      if (end === undefined) throw new Error('The run has not ended.');
      return end;
    },
    close: async () => undefined,
  };
}

async function readAll(
  run: AsyncIterable<RunEvent> & { readonly result: Promise<RunResult> },
  decided: string[],
): Promise<RunResult> {
  for await (const event of run) {
    if (event.type === 'decision-resolved') decided.push(`${event.decision.kind} ${event.call.id}`);
  }
  return await run.result;
}

/** Effects of an engine that found only the intents of its tools after a crash. */
const doubtfulEffects: Effects = {
  ...inProcessEffects,
  async *perform(effect) {
    if (effect.kind === 'tool') return { inDoubt: true } as never;
    return yield* inProcessEffects.perform(effect);
  },
};
