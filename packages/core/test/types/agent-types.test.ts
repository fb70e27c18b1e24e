import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentRun } from '../../src/agent/agent-run.ts';
import type { RunResult } from '../../src/agent/run-result.ts';
import type { TurnwiseError } from '../../src/errors.ts';
import type { RunStateJson } from '../../src/run/saved/saved-state.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';

interface User {
  readonly user: string;
}

const model = scriptedModel([says('Hello'), says('Hello')]);
const free = new Agent({ name: 'free', model });
const bound = new Agent<User>({ name: 'bound', model });
const greet = tool({
  name: 'greet',
  description: 'A tool.',
  parameters: z.object({}),
  execute: (_input, { context }: { context: User }) => context.user,
});

/** Never called: the context is required if its type is known. */
export async function contexts(): Promise<void> {
  await free.run('Hi');
  await free.run('Hi', { context: 7 });
  await bound.run('Hi', { context: { user: 'Ada' } });
  // @ts-expect-error The context is missing.
  await bound.run('Hi');
  // @ts-expect-error The context is missing among the options.
  bound.stream('Hi', { settings: {} });
  // @ts-expect-error The context has another type.
  await bound.run('Hi', { context: { user: 7 } });
  // @ts-expect-error A resumed run needs the context too.
  bound.resume(null);
  new Agent<User>({ name: 'fine', model, tools: [greet] });
  // @ts-expect-error The tool needs another context than that of the agent.
  new Agent<number>({ name: 'wrong', model, tools: [greet] });
}

/** Never called: a helper accepts the runs of every agent, and the result of a run has its type. */
export async function helpers(): Promise<void> {
  const watch = async (run: AgentRun): Promise<RunStateJson> => {
    for await (const { type } of run) void type;
    return (await run.result).state;
  };
  const numbers = new Agent<User, number>({ name: 'n', model, output: z.number() });
  const run: AgentRun<number> = numbers.stream('Hi', { context: { user: 'Ada' } });
  await watch(run);
  await watch(free.stream('Hi'));
  await watch(bound.resume({}, { context: { user: 'Ada' } }));
  const counted = await run.result;
  if (counted.status === 'completed') counted.output.toFixed();
  // @ts-expect-error The output is a number.
  const text: AgentRun<string> = run;
  void text;
}

/** Never called: the context of an agent is that of its tools, also if tools without a context are among them. */
export async function inferredContexts(): Promise<void> {
  const plain = tool({ name: 'plain', description: '', execute: () => 'ok' });
  const agent = new Agent({ name: 'inferred', model, tools: [plain, greet] });
  await agent.run('Hi', { context: { user: 'Ada' } });
  // @ts-expect-error The context is missing.
  await agent.run('Hi');
  // @ts-expect-error The context has another type.
  await agent.run('Hi', { context: { user: 7 } });
}

/** Never called: the state of an error is the state of a run. */
export function errorStates(error: TurnwiseError): number {
  const state: RunStateJson | undefined = error.state;
  if (error.state !== undefined) free.resume(error.state);
  return state?.transcript.turns.length ?? 0;
}

/** Never called: a tool without parameters gets an object without keys. */
export function withoutParameters(): void {
  tool({
    name: 'now',
    description: '',
    execute: (input) => {
      // @ts-expect-error There is no such argument.
      const zone: string = input.zone;
      return zone;
    },
  });
}

/** Never called: `output` exists on a completed run only. */
export function outputs(result: RunResult<number>): number {
  // @ts-expect-error A stopped run has no output.
  void result.output;
  switch (result.status) {
    case 'completed':
      return result.output;
    case 'paused':
      // @ts-expect-error A paused run has no output.
      void result.output;
      return result.waiting.length;
    case 'stopped':
      return result.partialText.length;
  }
}

/** Never called: the type of an event determines its fields. */
export function events(event: RunEvent): string {
  // @ts-expect-error Not every event has a call.
  void event.call;
  switch (event.type) {
    case 'text-delta':
      return event.text;
    case 'tool-finished':
      return `${event.call.name} ${event.result.status} ${event.durationMs}`;
    case 'assistant-turn-added':
      return event.turn.kind === 'text' ? event.turn.text : event.turn.calls[0].name;
    default:
      return event.type;
  }
}

/** Never called: a listener receives events of its type. */
export function listeners(): void {
  free.on('tool-started', ({ call }) => void call.name);
  // @ts-expect-error No event has this type.
  free.on('tool-begun', () => {});
  // @ts-expect-error This event has no result.
  free.on('tool-started', ({ result }) => void result);
}

/** Never called: values that are not inputs. */
export async function inputs(): Promise<void> {
  // @ts-expect-error An input has at least one part.
  await free.run([]);
  // @ts-expect-error A part is text or an image.
  await free.run([{ type: 'audio', audio: '' }]);
}

test('an agent with a context type runs with a context of that type', async () => {
  const result = await bound.run('Hi', { context: { user: 'Ada' } });
  expect(result.status === 'completed' && result.output).toBe('Hello');
});
