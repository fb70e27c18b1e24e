import { appendFileSync, readFileSync } from 'node:fs';
import { durable, type EngineAgent } from '@turnwise/durable';
import { restate } from '@turnwise/durable/restate';
import type { Kill } from './crash-child.ts';
import { crashDesk } from './crash-desk.ts';

/** What a worker does until it is ended. */
export interface WorkerJob {
  readonly ingress: string;
  readonly admin: string;
  readonly name: string;
  readonly port: number;
  /** A file with a line for each thing that was executed or recorded. */
  readonly ledger: string;
  readonly kill?: Kill;
}

type Effects = Parameters<EngineAgent['resume']>[1]['effects'];

const job: WorkerJob = JSON.parse(process.argv[2] ?? '{}');
const note = (line: string) => appendFileSync(job.ledger, `${line}\n`);
const before = readFileSync(job.ledger, 'utf8').split('\n');
const recorded = new Set(
  before.flatMap((line) => (line.startsWith('recorded ') ? [line.slice('recorded '.length)] : [])),
);
const again = (id: string) => (recorded.has(id) ? ' AGAIN' : '');

/** Ends the process before or after an effect that is not in the journal yet. */
function aroundEffects(effects: Effects): Effects {
  const begin = () => {
    if (effects.isReplaying) return undefined;
    writes += 1;
    endAt('before', writes);
    return writes;
  };
  const end = (id: string, value: unknown, write: number | undefined) => {
    // A call that was in doubt is executed again only if a person decides so, as another effect.
    if (JSON.stringify(value)?.includes('"inDoubt"') !== true) note(`recorded ${id}`);
    if (write === undefined) return;
    endAt('after', write);
    note(`write ${write}`);
  };
  return {
    get isReplaying() {
      return effects.isReplaying;
    },
    perform: async function* (effect) {
      const write = begin();
      const value = yield* effects.perform(effect);
      end(effect.id, value, write);
      return value;
    },
    value: async (effect) => {
      // A look at the inbox is not a step of the invocation.
      const write = effect.kind === 'inbox' ? undefined : begin();
      const value = await effects.value(effect);
      if (effect.kind !== 'inbox') end(effect.id, value, write);
      return value;
    },
    all: (parts) => effects.all(parts),
  };
}

let writes = 0;

function endAt(when: Kill['when'], write: number): void {
  if (job.kill?.when === when && job.kill.write === write) process.kill(process.pid, 'SIGKILL');
}

const { agent } = crashDesk({
  onRequest: (step) => note(`request ${step}${again(`${step}.request.1`)}`),
  before: async (name, _signal, callId) => {
    if (name === 'pay') endAt('inside', writes);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    note(`${name} ${callId}${again(callId)}`);
  },
});
const watched: EngineAgent = {
  seed: async (...given) => await agent.seed(...given),
  resume: (saved, options) =>
    agent.resume(saved, { ...options, effects: aroundEffects(options.effects) }),
  checkDecisions: async (...given) => await agent.checkDecisions(...given),
  fingerprint: () => agent.fingerprint(),
};
const { ingress, admin, name, port } = job;
const store = restate({ ingress, admin, name, worker: { port } });
const runs = durable({ store, agents: { desk: { agent: watched } } });
await runs.ready();
process.stdout.write('ready\n');
