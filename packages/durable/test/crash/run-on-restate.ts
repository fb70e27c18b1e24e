import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Decision, WaitingCall } from '@turnwise/core';
import { type DurableRuns, durable } from '@turnwise/durable';
import { restate } from '@turnwise/durable/restate';
import type { RestateServer } from '@turnwise/durable/testing';
import { freePort } from '../support/free-port.ts';
import { crashDesk } from './crash-desk.ts';
import type { WorkerJob } from './restate-worker.ts';
import { type CrashReport, type PlannedKill, readLedger } from './run-with-kills.ts';

/** A worker needs longer than a process with SQLite until it works on the run. */
const slowdown = 15;

let count = 0;

/**
 * Executes a run on a server of Restate. Its workers are ended as planned, one after the other, and the last one is not ended. This
 * process starts the run and decides; it is not ended.
 */
export async function runOnRestate(
  program: string,
  { ingress, admin }: RestateServer,
  plan: readonly PlannedKill[],
): Promise<CrashReport> {
  count += 1;
  const folder = await mkdtemp(join(tmpdir(), 'turnwise-crash-'));
  const job: WorkerJob = {
    ingress,
    admin,
    name: `crash-${process.pid}-${count}`,
    port: await freePort(),
    ledger: join(folder, 'ledger.txt'),
  };
  await writeFile(job.ledger, '');
  const runs = durable({
    store: restate({ ingress, admin, name: job.name }),
    agents: { desk: crashDesk() },
  });
  const workers = new Workers(program, job, plan);
  try {
    await workers.startFirst();
    const ending = endRun(runs, job.ledger).catch((thrown: Error) => {
      workers.errors.push(thrown.message);
    });
    await Promise.race([workers.untilPlanIsDone(), ending]);
    await ending;
    workers.stop();
    const text = await readFile(job.ledger, 'utf8');
    return { kills: workers.kills, ...readLedger(text, workers.errors) };
  } finally {
    workers.stop();
    await runs.close({ graceMs: 0 });
    await rm(folder, { recursive: true });
  }
}

/** Starts the run, decides until it ends, and adds its end to the ledger. */
async function endRun(runs: DurableRuns, ledger: string): Promise<void> {
  await runs.start('desk', 'Pay everything.', { runId: 'r' });
  let result = await runs.result('r');
  while (result.status === 'waiting') {
    const text = await readFile(ledger, 'utf8');
    const decisions = result.waiting.map((call) => decide(call, text.split('\n')));
    await appendFile(
      ledger,
      result.waiting.map(({ kind, callId }) => `${kind} ${callId}\n`).join(''),
    );
    await runs.decide('r', Object.fromEntries(decisions));
    result = await runs.result('r');
  }
  await appendFile(ledger, `end ${JSON.stringify(result.transcript.turns)}\n`);
}

/** A person looks up whether the payment was made. */
function decide({ callId }: WaitingCall, lines: readonly string[]): readonly [string, Decision] {
  const step = (Number(callId.split('.')[0]) + 1) / 2;
  const wasPaid = lines.includes(`pay ${callId}`);
  return [callId, wasPaid ? { kind: 'happened', result: `Paid ${step}.` } : { kind: 'run-again' }];
}

/** The workers of a run, one at a time. */
class Workers {
  readonly #program: string;
  readonly #job: WorkerJob;
  readonly #plan: readonly PlannedKill[];
  #present: ChildProcess | undefined;
  #isStopped = false;
  kills = 0;
  readonly errors: string[] = [];

  constructor(program: string, job: WorkerJob, plan: readonly PlannedKill[]) {
    this.#program = program;
    this.#job = job;
    this.#plan = plan;
  }

  async startFirst(): Promise<void> {
    await this.#start(this.#plan[0]);
  }

  /** Starts the next worker each time that one was ended. */
  async untilPlanIsDone(): Promise<void> {
    for (const [place] of this.#plan.entries()) {
      await untilEnded(this.#present);
      if (this.#isStopped) return;
      this.kills += 1;
      await this.#start(this.#plan[place + 1]);
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#present?.kill('SIGKILL');
  }

  async #start(kill: PlannedKill | undefined): Promise<void> {
    const isAtWrite = kill !== undefined && 'write' in kill;
    const given = JSON.stringify(isAtWrite ? { ...this.#job, kill } : this.#job);
    const worker = spawn(process.execPath, ['--no-warnings', this.#program, given]);
    this.#present = worker;
    worker.stderr.on('data', (chunk) => this.errors.push(String(chunk)));
    const ready = new Promise((resolve) => worker.stdout.once('data', resolve));
    await Promise.race([ready, untilEnded(worker)]);
    if (kill === undefined || isAtWrite || !('afterMs' in kill)) return;
    void setTimeout(kill.afterMs * slowdown).then(() => worker.kill('SIGKILL'));
  }
}

async function untilEnded(worker: ChildProcess | undefined): Promise<void> {
  if (worker === undefined || worker.exitCode !== null || worker.signalCode !== null) return;
  await new Promise((resolve) => worker.once('close', resolve));
}
