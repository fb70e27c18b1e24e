import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import {
  type Decision,
  fileSessionStore,
  type PausedRun,
  type RunResult,
  Session,
  type WaitingCall,
} from '@turnwise/core';
import { createAgent } from './create-agent.ts';
import { openModel } from './open-model.ts';

const { model, close } = await openModel();
const agent = createAgent(model);
const session = new Session({ id: 'terminal', store: fileSessionStore('.sessions') });
const user = createInterface({ input: stdin, output: stdout });
const lines = user[Symbol.asyncIterator]();

/** The user has closed the input. */
class InputEnded extends Error {}

// `npm start -- Where is order A-2?` answers once; without a question, the program asks for one after another.
const question = process.argv.slice(2).join(' ');
try {
  // A decision may be open since the last start.
  const open = await session.paused();
  if (open !== undefined) await finish(await resume(open));
  if (question !== '') await finish(await agent.run(question, { session }));
  else for (;;) await finish(await agent.run(await ask('You: '), { session }));
} catch (error) {
  if (!(error instanceof InputEnded)) throw error;
} finally {
  user.close();
  await close();
}

/** Asks for the decisions that a run waits for, until it ends, and prints its answer. */
async function finish(result: RunResult<string>): Promise<void> {
  if (result.status === 'paused') return finish(await resume(result));
  console.log(result.status === 'completed' ? result.output : `Stopped: ${result.reason}`);
}

async function resume({ state, waiting }: Pick<PausedRun, 'state' | 'waiting'>) {
  return agent.resume(state, { session, decisions: await decide(waiting) }).result;
}

async function decide(waiting: readonly WaitingCall[]) {
  const decisions: Record<string, Decision> = {};
  for (const { callId, call } of waiting) {
    const line = await ask(`Allow ${call.name} ${JSON.stringify(call.arguments)}? (y/n) `);
    decisions[callId] = { kind: line.trim().toLowerCase() === 'y' ? 'approve' : 'deny' };
  }
  return decisions;
}

async function ask(text: string): Promise<string> {
  stdout.write(text);
  const { value, done } = await lines.next();
  if (done) throw new InputEnded();
  return value;
}
