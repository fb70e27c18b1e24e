import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Decision, WaitingCall } from '@turnwise/core';
import { type DurableRuns, durable, sqlite } from '@turnwise/durable';
import {
  type Environment,
  escapeLine,
  escapeText,
  type Main,
  modelFromEnvironment,
  runIfStarted,
} from '@turnwise-examples/program';
import { type AskUser, askForDecision } from './ask-for-decision.ts';
import { createRefundAgent } from './create-refund-agent.ts';

const defaultRequest = 'Refund 90 euros for order ORD-7.';

const help = `Usage: pnpm example approvals ["request"]

Refunds an order. A refund above 50 euros waits for your decision: y(es), a(lways), n(o), or another amount in
euros. End the input (Ctrl-D) instead of a decision, or end the program, and start it again: it asks again. The runs and their
conversation are in the file approvals.db of the current folder. The default request is: ${defaultRequest}

The model comes from the environment, as for pnpm start.
`;

/** Handles one request, or the decision that an earlier start left open. Exit codes: 0 done or waiting, 1 stopped. */
export const main: Main = async (environment) => {
  const { arguments: given, variables, output, errors } = environment;
  if (given.includes('--help')) {
    output.write(help);
    return 0;
  }
  const chosen = await modelFromEnvironment(variables);
  const user = openUser(environment);
  try {
    if (chosen.notice !== undefined) errors.write(`${chosen.notice}\n`);
    const agent = createRefundAgent(chosen.model, (order, euros) =>
      output.write(`[refunded: ${escapeLine(order)}, ${euros} euros]\n`),
    );
    const store = sqlite(join(environment.folder, 'approvals.db'));
    const runs = durable({ store, agents: { refunds: { agent } } });
    try {
      const request = given.join(' ').trim() || defaultRequest;
      return await handle(request, { runs, user, environment });
    } finally {
      await runs.close();
    }
  } finally {
    user.close();
    await chosen.close();
  }
};

interface Desk {
  readonly runs: DurableRuns;
  readonly user: { readonly ask: AskUser };
  readonly environment: Environment;
}

async function handle(request: string, desk: Desk): Promise<number> {
  const { runs, environment } = desk;
  const { output } = environment;
  const open = await openRun(runs);
  if (open !== undefined) output.write('A decision of the last time is still open.\n');
  const id = open ?? (await runs.start('refunds', request, { session: 'refunds' })).id;
  while (true) {
    const result = await runs.result(id);
    if (result.status === 'completed') {
      output.write(`${escapeText(result.text)}\n`);
      return 0;
    }
    if (result.status === 'stopped') return 1;
    const decisions = await decide(result.waiting, desk);
    if (decisions === undefined) {
      output.write('\nThe refund waits. Start the program again to decide.\n');
      return 0;
    }
    await runs.decide(id, decisions);
  }
}

/** The run that an earlier process left: it waits for a decision, or it was ended in the middle and continues now. */
async function openRun(runs: DurableRuns): Promise<string | undefined> {
  for (const status of ['running', 'waiting'] as const) {
    const [run] = await runs.list({ status, limit: 1 });
    if (run === undefined) continue;
    const { status: next } = await runs.result(run.id);
    if (next === 'waiting') return run.id;
  }
  return undefined;
}

/** The decisions on all calls; `undefined` if the input ended before the last one. */
async function decide(
  waiting: readonly WaitingCall[],
  { user }: Desk,
): Promise<Record<string, Decision> | undefined> {
  const decisions: Record<string, Decision> = {};
  for (const { callId, call, kind, fingerprint } of waiting) {
    const decision = await askForDecision(call, user.ask, kind);
    if (decision === undefined) return undefined;
    decisions[callId] = { ...decision, fingerprint };
  }
  return decisions;
}

function openUser({ input, output }: Environment): { readonly ask: AskUser; close(): void } {
  const reader = createInterface({ input, terminal: false });
  const lines = reader[Symbol.asyncIterator]();
  return {
    ask: async (question) => {
      output.write(question);
      const { done, value } = await lines.next();
      return done === true ? undefined : value;
    },
    close: () => reader.close(),
  };
}

await runIfStarted(main, import.meta.url);
