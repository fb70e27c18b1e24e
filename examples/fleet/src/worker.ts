import { durable } from '@turnwise/durable';
import { restate } from '@turnwise/durable/restate';
import { modelFromEnvironment } from '@turnwise-examples/program';
import { createClerk, type Version } from './create-clerk.ts';

/** What a worker needs to know. */
export interface WorkerJob {
  readonly ingress: string;
  readonly admin: string;
  readonly port: number;
  /** The address that Restate calls, for all workers of a version. */
  readonly url: string;
  readonly version: Version;
}

/** Executes runs until the process is ended. It prints a line when it is ready, and what its tools do. */
const { ingress, admin, version, ...address }: WorkerJob = JSON.parse(process.argv[2] ?? '{}');
const { model } = await modelFromEnvironment(process.env);
const agent = createClerk(model, version, (line) => console.log(line));
const store = restate({ ingress, admin, worker: address });
await durable({ store, agents: { clerk: { agent } } }).ready();
console.log('ready');
