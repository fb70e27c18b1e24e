import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  type Agent,
  type Decision,
  fileSessionStore,
  type RunResult,
  Session,
  type SessionPause,
} from '@turnwise/core';
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
euros. End the input (Ctrl-D) instead of a decision, and start the program again: it asks again. The conversation is
in the folder .approvals of the current folder. The default request is: ${defaultRequest}

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
    const store = fileSessionStore(join(environment.folder, '.approvals'));
    const session = new Session({ id: 'refunds', store });
    return await handle(given.join(' ').trim() || defaultRequest, {
      agent,
      session,
      user,
      environment,
    });
  } finally {
    user.close();
    await chosen.close();
  }
};

interface Desk {
  readonly agent: Agent;
  readonly session: Session;
  readonly user: { readonly ask: AskUser };
  readonly environment: Environment;
}

async function handle(request: string, desk: Desk): Promise<number> {
  const { agent, session, environment } = desk;
  const { output } = environment;
  let paused = await session.paused();
  if (paused !== undefined) output.write('A decision of the last time is still open.\n');
  let result: RunResult | undefined =
    paused === undefined ? await agent.run(request, { session }) : undefined;
  while (true) {
    if (result?.status === 'paused') paused = result;
    if (result?.status === 'completed') {
      output.write(`${escapeText(result.output)}\n`);
      return 0;
    }
    if (paused === undefined) return 1;
    const decisions = await decide(paused, desk);
    if (decisions === undefined) {
      output.write('\nThe refund waits. Start the program again to decide.\n');
      return 0;
    }
    result = await agent.resume(paused.state, { session, decisions }).result;
    paused = undefined;
  }
}

/** The decisions on all calls; `undefined` if the input ended before the last one. */
async function decide(
  { waiting }: Pick<SessionPause, 'waiting'>,
  { user }: Desk,
): Promise<Record<string, Decision> | undefined> {
  const decisions: Record<string, Decision> = {};
  for (const { callId, call } of waiting) {
    const decision = await askForDecision(call, user.ask);
    if (decision === undefined) return undefined;
    decisions[callId] = decision;
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
