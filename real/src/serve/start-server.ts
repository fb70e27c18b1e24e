import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { ServerChoice } from '../parse-command.ts';
import { LaneError } from '../setup/lane-error.ts';
import { report } from '../setup/report.ts';
import { weights } from '../weights/weights.ts';
import { isPortFree } from './is-port-free.ts';
import type { LaunchCommand } from './launch-command.ts';
import { logFile, readRecords, writeRecord } from './server-record.ts';

const startLimitSeconds = 600;
const linesInAnError = 20;

/** The base URL of a server that listens on loopback. */
export function toBaseUrl(port: number): string {
  return `http://127.0.0.1:${port}/v1`;
}

/** Whether this server is running already. Throws `port_in_use` if another one has the port. */
export async function isServing(choice: ServerChoice): Promise<boolean> {
  const { port } = choice;
  const record = (await readRecords()).find((other) => other.choice.port === port);
  if (record !== undefined && isDeepStrictEqual(record.choice, choice) && (await answers(choice))) {
    return true;
  }
  if (record !== undefined) {
    const { model, server, template } = record.choice;
    throw portInUse(port, `by ${model} on ${server} with the template "${template}"`);
  }
  if (await isPortFree(port)) return false;
  throw portInUse(port, 'by a program that was not started here');
}

/**
 * Starts a server that outlives this process, and waits until it answers for its model. Throws
 * `server_failed` with the end of its log if it ends or does not answer in ten minutes.
 */
export async function startServer(choice: ServerChoice, command: LaunchCommand): Promise<void> {
  const { port, model, server, template } = choice;
  const log = await logFile(port);
  report(
    `${server}: starting ${weights[model].servedName} with the template "${template}"; log: ${log}`,
  );
  const output = await open(log, 'w');
  const child = spawn(command.program, command.arguments, {
    // A group of its own, so that everything that it starts ends with it.
    detached: true,
    env: { ...process.env, ...command.environment },
    stdio: ['ignore', output.fd, output.fd],
  });
  child.once('error', () => {});
  await output.close();
  if (child.pid !== undefined) await writeRecord({ processId: child.pid, choice });
  await waitUntilReady(child, choice, log);
  child.unref();
}

async function waitUntilReady(child: ChildProcess, choice: ServerChoice, log: string) {
  const deadline = performance.now() + startLimitSeconds * 1000;
  while (!(await answers(choice))) {
    const ended = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    if (ended || performance.now() > deadline) {
      const lines = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-linesInAnError);
      const what = ended
        ? `ended with ${child.signalCode ?? `exit code ${child.exitCode}`}`
        : `did not answer in ${startLimitSeconds} seconds; stop it with "pnpm real down"`;
      throw new LaneError(
        'server_failed',
        `The server ${what}. The end of its log, ${log}:\n${lines.join('\n')}`,
      );
    }
    await pause(200);
  }
}

/** Whether the server on this port has loaded the model. */
async function answers({ port, model }: ServerChoice): Promise<boolean> {
  try {
    const response = await fetch(`${toBaseUrl(port)}/models`);
    return response.ok && (await response.text()).includes(`"${weights[model].servedName}"`);
  } catch {
    return false;
  }
}

function portInUse(port: number, user: string): LaneError {
  return new LaneError(
    'port_in_use',
    `Port ${port} is used ${user}. Choose another with --port, or stop it ("pnpm real down --port ${port}" ` +
      'stops a server that was started here).',
  );
}
