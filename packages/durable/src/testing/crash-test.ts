import { AssertionError } from 'node:assert';
import { type AgentInput, type Decision, TurnwiseError, type WaitingCall } from '@turnwise/core';
import { checkOptions, option } from '@turnwise/core/model';
import { type DurableRuns, durable } from '../engine/durable.ts';
import type { DurableAgent } from '../engine/durable-agent.ts';
import type { DurableResult } from '../engine/run-end.ts';
import type { RunStore } from '../store/run-store.ts';
import { memoryStore } from './memory-store.ts';

/** The options of {@link crashTest}. */
export interface CrashTestOptions {
  readonly input: AgentInput;
  /** How often the run is cut at most. @default before and after every write */
  readonly kills?: number | undefined;
  /** Decides on a call that waits. @default approves calls, and runs a call again that is in doubt */
  readonly decide?: ((waiting: WaitingCall) => Decision) | undefined;
}

/** What a {@link crashTest} did. */
export interface CrashTestReport {
  /** How often the run was cut. */
  readonly kills: number;
  /** How many calls were in doubt after that. */
  readonly inDoubt: number;
}

interface Cut {
  readonly when: 'before' | 'after';
  readonly write: number;
}

/**
 * Cuts a run of an agent before and after each write to its store, continues it as the next process would, and checks that it ends with
 * the same conversation as a run that is not cut. Everything happens in this process, with a store in memory. The model must be a
 * function of the conversation, because its requests are repeated; a scripted model is not. Throws an `AssertionError` if an
 * end differs, and what the run fails with.
 *
 * @example
 * await crashTest({ agent }, { input: 'Refund order ORD-7.' });
 */
export async function crashTest(
  agent: DurableAgent,
  options: CrashTestOptions,
): Promise<CrashTestReport> {
  if (options?.input === undefined) {
    throw new TurnwiseError(
      'invalid_options',
      "crashTest() needs an agent and an input: crashTest({ agent }, { input: 'Refund order ORD-7.' }).",
    );
  }
  checkOptions(options, {
    name: 'crashTest()',
    known: { input: option.any, kills: option.whole(1), decide: option.func },
  });
  const whole = await runToEnd(countWrites(memoryStore()), agent, options);
  const cuts = Array.from({ length: whole.store.writes }, (_, index) => index + 1)
    .flatMap((write): Cut[] => [
      { when: 'before', write },
      { when: 'after', write },
    ])
    .slice(0, options.kills);
  let inDoubt = 0;
  for (const cut of cuts) {
    const store = memoryStore();
    await runUntilCut(cutStore(store, cut), agent, options);
    const end = await runToEnd(countWrites(store), agent, options);
    inDoubt += end.inDoubt;
    compare(whole.result, end.result, cut);
  }
  return { kills: cuts.length, inDoubt };
}

function compare(expected: DurableResult, actual: DurableResult, { when, write }: Cut): void {
  const [one, other] = [expected, actual].map(({ status, transcript }) =>
    JSON.stringify([status, transcript.turns]),
  );
  if (one === other) return;
  throw new AssertionError({
    message: `The run that was cut ${when} write ${write} ended in another way than the run that was not cut.`,
    expected: one,
    actual: other,
    operator: 'crashTest',
  });
}

const runId = 'crash-test';

async function runToEnd<Store extends RunStore>(
  store: Store,
  agent: DurableAgent,
  options: CrashTestOptions,
): Promise<{ readonly result: DurableResult; readonly inDoubt: number; readonly store: Store }> {
  const runs = durable({ store, agents: { agent } });
  try {
    await runs.start('agent', options.input, { runId });
    return { ...(await decideUntilEnd(runs, options)), store };
  } finally {
    await runs.close({ graceMs: 0 });
  }
}

async function decideUntilEnd(
  runs: DurableRuns,
  { decide = decideByDefault }: CrashTestOptions,
): Promise<{ readonly result: DurableResult; readonly inDoubt: number }> {
  let inDoubt = 0;
  while (true) {
    const result = await runs.result(runId);
    if (result.status !== 'waiting') return { result, inDoubt };
    inDoubt += result.waiting.filter(({ kind }) => kind === 'in-doubt').length;
    const decisions = result.waiting.map((each) => [each.callId, decide(each)] as const);
    await runs.decide(runId, Object.fromEntries(decisions));
  }
}

function decideByDefault({ callId, kind }: WaitingCall): Decision {
  if (kind === 'approval') return { kind: 'approve' };
  if (kind === 'in-doubt') return { kind: 'run-again' };
  throw new AssertionError({
    message: `The call ${callId} waits for an answer. Pass the option \`decide\` of crashTest().`,
  });
}

/** Runs until the store is cut off; a run that ends before that is fine. */
async function runUntilCut(
  store: RunStore,
  agent: DurableAgent,
  options: CrashTestOptions,
): Promise<void> {
  await runToEnd(store, agent, options).catch((thrown) => {
    if (thrown instanceof TurnwiseError && thrown.code === 'store_failed') return;
    throw thrown;
  });
}

function countWrites(store: RunStore): RunStore & { readonly writes: number } {
  let writes = 0;
  return {
    ...aroundWrites(store, async (write) => {
      writes += 1;
      return await write();
    }),
    get writes() {
      return writes;
    },
  };
}

/** From the cut on, every use of the store fails, as if the process had ended. */
function cutStore(store: RunStore, { when, write: at }: Cut): RunStore {
  let writes = 0;
  const isCut = () => writes > at || (writes === at && when === 'before');
  return aroundWrites(store, async (write) => {
    writes += 1;
    if (isCut()) throw cutOff();
    const result = await write();
    if (writes >= at) {
      writes = at + 1;
      throw cutOff();
    }
    return result;
  });
}

function cutOff(): TurnwiseError {
  return new TurnwiseError('store_failed', 'The run was cut by crashTest().');
}

function aroundWrites(
  store: RunStore,
  around: <Result>(write: () => Promise<Result>) => Promise<Result>,
): RunStore {
  return {
    ...store,
    create: async (...given) => await around(async () => await store.create(...given)),
    claim: async (...given) => await around(async () => await store.claim(...given)),
    record: async (...given) => await around(async () => await store.record(...given)),
    change: async (...given) => await around(async () => await store.change(...given)),
    addSignal: async (...given) => await around(async () => await store.addSignal(...given)),
  };
}
