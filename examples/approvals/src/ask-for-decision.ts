import type { Decision, ToolCall } from '@turnwise/core';
import { escapeLine } from '@turnwise-examples/program';

/** Asks a question and returns the line that the user typed; `undefined` if the input has ended. */
export type AskUser = (question: string) => Promise<string | undefined>;

/** Asks the user about a call until there is a decision; `undefined` if the input has ended. */
export async function askForDecision(
  { name, arguments: given }: ToolCall,
  ask: AskUser,
): Promise<Decision | undefined> {
  const call = escapeLine(`${name} ${JSON.stringify(given)}`);
  while (true) {
    const answer = await ask(`Allow ${call}? y(es), a(lways), n(o), or another amount: `);
    if (answer === undefined) return undefined;
    const decision = readDecision(answer.trim().toLowerCase(), given);
    if (decision !== undefined) return decision;
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
