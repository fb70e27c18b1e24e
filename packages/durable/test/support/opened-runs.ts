import { afterEach, beforeEach } from '@jest/globals';
import { type DurableAgent, type DurableRuns, durable } from '@turnwise/durable';
import type { TestBackend } from './test-backend.ts';

/** Opens runs with the agent `desk` in an empty store for each test, and closes them after it. */
export function openedRuns(backend: TestBackend) {
  const opened: DurableRuns[] = [];

  beforeEach(async () => await backend.reset());
  afterEach(closeAll);

  async function closeAll() {
    for (const runs of opened.splice(0)) await runs.close({ graceMs: 0 });
  }

  /** Opens the store as a new process would. */
  function open(agent: DurableAgent): DurableRuns {
    const runs = durable({ store: backend.open(), agents: { desk: agent } });
    opened.push(runs);
    return runs;
  }

  return { open, closeAll, opened };
}
