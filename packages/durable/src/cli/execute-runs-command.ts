import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type RunStateJson, TurnwiseError } from '@turnwise/core';
import { addDecisions } from '../engine/decisions.ts';
import { hasEnded } from '../engine/run-end.ts';
import { sqlite } from '../sqlite/sqlite.ts';
import type { RunRecord, RunStore, Signal } from '../store/run-store.ts';
import { runUnknown } from '../store/store-errors.ts';
import { agentNamed, continueRun } from './continue-run.ts';
import { formatRow, formatRun, formatWaiting } from './format-run.ts';
import { loadAgents } from './load-agents.ts';
import type { RunsCommand } from './runs-command.ts';

/** Milliseconds between looks of `watch`. */
const lookMs = 300;

/**
 * Executes a command on a store and prints lines. Only `resume` makes this process the owner of the store. Throws `invalid_options` for a
 * file that does not exist, and the errors of the store.
 */
export async function executeRunsCommand(
  command: Exclude<RunsCommand, { kind: 'help' }>,
  print: (line: string) => void,
): Promise<void> {
  const { file } = command;
  if (!existsSync(file)) {
    throw new TurnwiseError('invalid_options', `There is no file "${file}".`);
  }
  const store = sqlite(file);
  try {
    await execute(store, command, print);
  } finally {
    await store.close();
  }
}

async function execute(
  store: RunStore,
  command: Exclude<RunsCommand, { kind: 'help' }>,
  print: (line: string) => void,
): Promise<void> {
  switch (command.kind) {
    case 'list':
      for await (const run of everyRun(store, command)) {
        print(command.asJson ? JSON.stringify(run) : formatRun(run));
      }
      return;
    case 'show':
      return await show(store, await find(store, command.id), command.asJson, print);
    case 'watch':
      return await watch(store, command.id, command.asJson, print);
    case 'decide': {
      const run = await find(store, command.id);
      const added = await addDecisions(
        targetOf(store),
        run,
        { [command.callId]: command.decision },
        async (decisions) => {
          // Without the agents, the program that continues the run checks edited arguments.
          if (command.agents === undefined) return;
          const { agent } = agentNamed(await loadAgents(command.agents), run.agent);
          const { state } = await store.segment(run.id, run.segment);
          await agent.checkDecisions(state as unknown as RunStateJson, decisions);
        },
      );
      print(
        added.length > 0
          ? 'The decision is stored. The process that owns the store continues the run.'
          : `The call "${command.callId}" has a decision already; nothing was changed.`,
      );
      return;
    }
    case 'resume': {
      const run = await find(store, command.id);
      const { acceptsAgent, agents } = command;
      await continueRun(store, run, await loadAgents(agents), { acceptsAgent });
      return await show(store, await find(store, command.id), command.asJson, print);
    }
    case 'abort': {
      const run = await find(store, command.id);
      if (hasEnded(run)) return print(`The run has ended already (${run.status}).`);
      await store.addSignal(run.id, { id: `abort/${run.segment}`, kind: 'abort', body: null });
      print('The abort is stored. The process that owns the store ends the run.');
    }
  }
}

function targetOf(store: RunStore) {
  return {
    hasSignal: async (run: string, id: string) => await store.hasSignal(run, id),
    addSignals: async ({ id }: RunRecord, signals: readonly Signal[]) => {
      for (const signal of signals) await store.addSignal(id, signal);
    },
  };
}

async function* everyRun(
  store: RunStore,
  { status, agent }: Extract<RunsCommand, { kind: 'list' }>,
): AsyncGenerator<RunRecord> {
  const limit = 100;
  let after: string | undefined;
  while (true) {
    const page = await store.list({ status, agent, after, limit });
    yield* page;
    after = page.at(-1)?.id;
    if (page.length < limit) return;
  }
}

async function show(
  store: RunStore,
  run: RunRecord,
  asJson: boolean,
  print: (line: string) => void,
): Promise<void> {
  const journal = await store.journal(run.id, run.segment);
  if (asJson) return print(JSON.stringify({ ...run, journal }));
  print(formatRun(run));
  if (run.problem !== undefined) print(`  problem: ${run.problem.message}`);
  for (const waiting of run.waiting) print(formatWaiting(waiting));
  for (const row of journal) print(formatRow(row));
}

/** Prints each effect when its state changes, until the run has ended, waits or is blocked. */
async function watch(
  store: RunStore,
  id: string,
  asJson: boolean,
  print: (line: string) => void,
): Promise<void> {
  const printed = new Set<string>();
  while (true) {
    const run = await find(store, id);
    for (const row of await store.journal(id, run.segment)) {
      const key = `${run.segment} ${row.id} ${row.output === undefined}`;
      if (printed.has(key)) continue;
      printed.add(key);
      print(asJson ? JSON.stringify(row) : formatRow(row));
    }
    if (run.status !== 'running') return await show(store, run, asJson, print);
    await setTimeout(lookMs);
  }
}

async function find(store: RunStore, id: string): Promise<RunRecord> {
  const run = await store.get(id);
  if (run === undefined) throw runUnknown(id);
  return run;
}
