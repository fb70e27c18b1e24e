import type { DurableAgent } from '../engine/durable-agent.ts';
import { unknownAgent } from '../engine/engine-errors.ts';
import { reopenRun } from '../engine/reopen-run.ts';
import { RunDriver } from '../engine/run-driver.ts';
import type { RunRecord, RunStore } from '../store/run-store.ts';

/**
 * Continues one run in this process until it ends, waits or is blocked; the other runs of the store are not touched. Rejects with
 * `store_in_use` while another process owns the store, with `run_ended`, and with `invalid_options` for an unknown agent.
 */
export async function continueRun(
  store: RunStore,
  run: RunRecord,
  agents: ReadonlyMap<string, DurableAgent>,
  options: { readonly acceptsAgent: boolean },
): Promise<void> {
  const known = agentNamed(agents, run.agent);
  await store.own();
  await reopenRun(store, run, options.acceptsAgent ? known.agent : undefined);
  const driver = new RunDriver(store, agents);
  try {
    driver.wake(run.id);
    while (driver.isActive(run.id)) {
      const watch = driver.watch(run.id);
      await watch.changed().finally(() => watch.cancel());
    }
  } finally {
    await driver.close(0);
  }
}

/** An agent by its name. Throws `invalid_options`. */
export function agentNamed(agents: ReadonlyMap<string, DurableAgent>, name: string): DurableAgent {
  const known = agents.get(name);
  if (known === undefined) throw unknownAgent(name, [...agents.keys()]);
  return known;
}
