import { Agent, type JsonObject, type RunEvent, type StepCall, type Tool } from '@turnwise/core';
import { callsTool, says, scriptedModel } from '@turnwise/core/testing';

/** Runs an agent whose model makes the calls one after the other, and returns each call with its result. */
export async function playCalls(
  tools: readonly Tool[],
  ...calls: readonly (readonly [name: string, input?: JsonObject])[]
) {
  const model = scriptedModel([
    ...calls.map(([name, input = {}]) => callsTool(name, input)),
    says('Done.'),
  ]);
  const agent = new Agent({ name: 'gardener', model, tools });
  const events: RunEvent[] = [];
  const run = agent.stream('Go.');
  for await (const event of run) events.push(event);
  const result = await run.result;
  const played: readonly StepCall[] = result.steps.flatMap((step) => step.calls);
  return { calls: played, results: played.map(textOf), events, model, result };
}

function textOf({ result }: StepCall): string {
  const texts = result?.parts.map((part) => (part.type === 'text' ? part.text : '[image]'));
  return `${result?.status}: ${texts?.join(' | ')}`;
}
