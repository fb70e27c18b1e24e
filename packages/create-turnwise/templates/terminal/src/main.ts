import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { type Decision, fileSessionStore, Session, type WaitingCall } from '@turnwise/core';
import { createAgent } from './create-agent.ts';
import { openModel } from './open-model.ts';

const { model, close } = await openModel();
const agent = createAgent(model);
const session = new Session({ id: 'terminal', store: fileSessionStore('.sessions') });
const user = createInterface({ input: stdin, output: stdout });

// `npm start -- Where is order A-2?` answers once; without a question, the program asks for one after another.
const question = process.argv.slice(2).join(' ');
try {
  if (question !== '') await answer(question);
  else for (;;) await answer(await user.question('You: '));
} catch (error) {
  // The user ended the input.
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
} finally {
  user.close();
  await close();
}

async function answer(text: string): Promise<void> {
  // A decision may be open since the last start.
  const open = await session.paused();
  let result =
    open === undefined
      ? await agent.run(text, { session })
      : await agent.resume(open.state, { session, decisions: await decide(open.waiting) }).result;
  while (result.status === 'paused') {
    const decisions = await decide(result.waiting);
    result = await agent.resume(result.state, { session, decisions }).result;
  }
  console.log(result.status === 'completed' ? result.output : `Stopped: ${result.reason}`);
}

async function decide(waiting: readonly WaitingCall[]) {
  const decisions: Record<string, Decision> = {};
  for (const { callId, call } of waiting) {
    const line = await user.question(
      `Allow ${call.name} ${JSON.stringify(call.arguments)}? (y/n) `,
    );
    decisions[callId] = { kind: line.trim().toLowerCase() === 'y' ? 'approve' : 'deny' };
  }
  return decisions;
}
