import type { Decision, ToolCall, WaitingCall } from '@turnwise/core';
import { escapeLine } from '@turnwise-examples/program';

/** Asks a question and returns the line that the user typed; `undefined` if the input has ended. */
export type AskUser = (question: string) => Promise<string | undefined>;

/** Asks the user about a call until there is a decision; `undefined` if the input has ended. */
export async function askForDecision(
  { name, arguments: given }: ToolCall,
  ask: AskUser,
  kind: WaitingCall['kind'],
): Promise<Decision | undefined> {
  const call = escapeLine(`${name} ${JSON.stringify(given)}`);
  if (kind === 'in-doubt') return await askInDoubt(call, ask);
  while (true) {
    const answer = await ask(`Allow ${call}? y(es), a(lways), n(o), or another amount: `);
    if (answer === undefined) return undefined;
    const decision = readDecision(answer.trim().toLowerCase(), given);
    if (decision !== undefined) return decision;
  }
}

/** The program ended while the refund was made: nobody but a person can look it up. */
async function askInDoubt(call: string, ask: AskUser): Promise<Decision | undefined> {
  while (true) {
    const answer = await ask(`Was ${call} made before the program ended? y(es) or n(o): `);
    if (answer === undefined) return undefined;
    const letter = answer.trim().toLowerCase();
    if (/^y(es)?$/.test(letter)) return { kind: 'happened', result: 'The refund was made.' };
    if (/^no?$/.test(letter)) return { kind: 'run-again' };
  }
}

function readDecision(answer: string, given: ToolCall['arguments']): Decision | undefined {
  if (/^y(es)?$/.test(answer)) return { kind: 'approve' };
  if (/^a(lways)?$/.test(answer)) return { kind: 'approve', always: true };
  if (/^no?$/.test(answer)) return { kind: 'deny', reason: 'The supervisor refused it.' };
  const euros = Number(answer);
  if (answer === '' || !Number.isFinite(euros)) return undefined;
  return { kind: 'edit', arguments: { ...given, euros } };
}
