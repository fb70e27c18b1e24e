import type { DurableOptions, RunDecision } from '@turnwise/durable';

/** Where the runs of the tests are. */
export interface TestBackend {
  /** Called before each test: the store is empty. */
  reset(): Promise<void>;
  /** The store as a new process would open it. */
  open(): DurableOptions['store'];
  /** Decides in another process, which does not continue runs. */
  decideElsewhere(runId: string, decisions: Record<string, RunDecision>): Promise<void>;
  /** How many runs are executed at the same time. */
  readonly manyRuns: number;
}
