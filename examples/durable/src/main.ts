import { join } from 'node:path';
import type { Decision, WaitingCall } from '@turnwise/core';
import { type DurableRuns, durable, sqlite } from '@turnwise/durable';
import {
  type Environment,
  escapeLine,
  escapeText,
  type Main,
  modelFromEnvironment,
  runIfStarted,
  UsageError,
} from '@turnwise-examples/program';
import { createClerk } from './create-clerk.ts';

const help = `Usage: pnpm example durable start ID "request"
       pnpm example durable continue ID
       pnpm example durable approve | deny ID

Refunds an order in a durable run, which is in the file durable.db of the current folder. A refund above 50 euros waits for
"approve" or "deny". End the program at any moment, for example with Ctrl-C or kill -9: "continue" finishes the run, and
no refund is made twice.

The model comes from the environment, as for pnpm start.
`;

/** Starts a run, or continues one that an earlier process left. Exit codes: 0 done or waiting, 1 stopped. */
export const main: Main = async ({ arguments: given, variables, folder, output, errors }) => {
  const [command = '', id, request] = given;
  if (command === '--help') {
    output.write(help);
    return 0;
  }
  if (id === undefined || !['start', 'continue', 'approve', 'deny'].includes(command)) {
    throw new UsageError(help);
  }
  const chosen = await modelFromEnvironment(variables);
  if (chosen.notice !== undefined) errors.write(`${chosen.notice}\n`);
  const agent = createClerk(chosen.model, (order, euros, key) =>
    output.write(`[refunded: ${escapeLine(order)}, ${euros} euros, key ${escapeLine(key)}]\n`),
  );
  const runs = durable({ store: sqlite(join(folder, 'durable.db')), agents: { clerk: { agent } } });
  try {
    if (command === 'start') {
      await runs.start('clerk', request ?? 'Refund 90 euros for order ORD-7.', { runId: id });
    } else if (command !== 'continue') {
      await decide(runs, id, command);
    }
    return await report(runs, id, output);
  } finally {
    await runs.close();
    await chosen.close();
  }
};

async function decide(runs: DurableRuns, id: string, command: string): Promise<void> {
  const result = await runs.result(id);
  if (result.status !== 'waiting') return;
  const decisions = result.waiting.map((call) => [call.callId, decisionOn(call, command)] as const);
  await runs.decide(id, Object.fromEntries(decisions));
}

/** Approving a refund in doubt means that it was not made; denying it, that it is given up. */
function decisionOn({ kind, fingerprint }: WaitingCall, command: string): Decision {
  const isApproved = command === 'approve';
  if (kind === 'in-doubt') return { kind: isApproved ? 'run-again' : 'give-up', fingerprint };
  return { kind: isApproved ? 'approve' : 'deny', fingerprint };
}

async function report(
  runs: DurableRuns,
  id: string,
  output: Environment['output'],
): Promise<number> {
  const result = await runs.result(id);
  if (result.status === 'waiting') {
    for (const { kind, call } of result.waiting) {
      const request = `${call.name} ${JSON.stringify(call.arguments)}`;
      output.write(`Waits (${kind}): ${escapeLine(request)}\n`);
    }
    return 0;
  }
  if (result.status === 'stopped') return 1;
  output.write(`${escapeText(result.text)}\n`);
  return 0;
}

await runIfStarted(main, import.meta.url);
