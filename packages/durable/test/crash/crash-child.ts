import { appendFileSync, readFileSync } from 'node:fs';
import type { Decision, WaitingCall } from '@turnwise/core';
import { durable, type RunStore, sqlite } from '@turnwise/durable';
import { crashDesk } from './crash-desk.ts';

/** When the process ends itself with SIGKILL: before, after or, only with Restate, inside the tool of a write to the store. */
export interface Kill {
  readonly when: 'before' | 'after' | 'inside';
  /** The number of the write, from 1. */
  readonly write: number;
}

/** What a process does: it starts the run or continues it. */
export interface CrashJob {
  readonly file: string;
  /** A file with a line for each thing that was executed. */
  readonly ledger: string;
  readonly kill?: Kill;
}

const job: CrashJob = JSON.parse(process.argv[2] ?? '{}');
const note = (line: string) => appendFileSync(job.ledger, `${line}\n`);

/** A store that ends the process at a write. */
function withKill(store: RunStore, kill: Kill | undefined): RunStore {
  let writes = 0;
  const end = () => process.kill(process.pid, 'SIGKILL');
  const around = <Given extends readonly unknown[], Result>(
    write: (...given: Given) => Promise<Result>,
  ) => {
    return async (...given: Given): Promise<Result> => {
      writes += 1;
      const isKilled = writes === kill?.write;
      if (isKilled && kill?.when === 'before') end();
      const result = await write(...given);
      if (isKilled) end();
      note(`write ${writes}`);
      return result;
    };
  };
  return {
    ...store,
    create: around(store.create),
    record: around(store.record),
    change: around(store.change),
  };
}

/** The ids of the effects that have a result in the store: none of them may be executed again. */
async function recordedEffects(store: RunStore): Promise<ReadonlySet<string>> {
  const run = await store.get('r');
  const segments = Array.from({ length: (run?.segment ?? -1) + 1 }, (_, number) => number);
  const journals = await Promise.all(segments.map((number) => store.journal('r', number)));
  // A call that was in doubt is executed again only if a person decides so, as another effect.
  const results = journals
    .flat()
    .filter(({ output = '"inDoubt"' }) => !output.includes('"inDoubt"'));
  return new Set(results.map(({ id }) => id.replace(/\.again\.\d+$/, '')));
}

const store = sqlite(job.file);
const recorded = await recordedEffects(store);
const again = (id: string) => (recorded.has(id) ? ' AGAIN' : '');
const agent = crashDesk({
  onRequest: (step) => note(`request ${step}${again(`${step}.request.1`)}`),
  before: async (name, _signal, callId) => {
    // Several turns of the event loop, in which the process may be ended from outside.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    note(`${name} ${callId}${again(callId)}`);
  },
});
const runs = durable({ store: withKill(store, job.kill), agents: { desk: agent } });
await runs.start('desk', 'Pay everything.', { runId: 'r' });
process.stdout.write('started\n');
let result = await runs.result('r');
while (result.status === 'waiting') {
  await runs.decide('r', Object.fromEntries(result.waiting.map(decide)));
  result = await runs.result('r');
}
note(`end ${JSON.stringify(result.transcript.turns)}`);
await runs.close();

/** A person looks up whether the payment was made. */
function decide({ callId, kind }: WaitingCall): readonly [string, Decision] {
  note(`${kind} ${callId}`);
  const wasPaid = readFileSync(job.ledger, 'utf8').split('\n').includes(`pay ${callId}`);
  const step = (Number(callId.split('.')[0]) + 1) / 2;
  return [callId, wasPaid ? { kind: 'happened', result: `Paid ${step}.` } : { kind: 'run-again' }];
}
