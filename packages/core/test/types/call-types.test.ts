import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent, type CallsOf } from '../../src/agent/agent.ts';
import type { AgentRun } from '../../src/agent/agent-run.ts';
import type { RunResult } from '../../src/agent/run-result.ts';
import type { JsonObject } from '../../src/json.ts';
import type { readResultName } from '../../src/run/request/read-result-tool.ts';
import type { WaitingCall } from '../../src/run/state/decision.ts';
import type { BuiltInCall, RunEvent } from '../../src/run/state/run-event.ts';
import type { findToolsName } from '../../src/run/state/tool-search-options.ts';
import { jsonSchema } from '../../src/schema/convert/to-schema.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { type Tool, tool } from '../../src/tool/tool.ts';
import type { ToolCall } from '../../src/turns/turn.ts';

/** Is `true` only if both types are the same. `any` is the same as no other type. */
type Same<One, Other> =
  (<Type>() => Type extends One ? 1 : 2) extends <Type>() => Type extends Other ? 1 : 2
    ? true
    : false;

function expectType<Expected>() {
  return <Actual>(_actual: Actual, _isSame: Same<Actual, Expected>) => undefined;
}

interface Money {
  readonly currency: 'EUR' | 'USD';
  readonly cents: number;
}

const refund = tool({
  name: 'refund',
  description: 'Pays money back.',
  parameters: z.object({ order: z.string(), amount: z.number(), note: z.string().optional() }),
  needsApproval: true,
  execute: () => 'paid',
});
const findOrder = tool({
  name: 'find_order',
  description: 'Finds an order.',
  parameters: z.object({ order: z.string(), limit: z.number().default(3), extra: z.unknown() }),
  execute: (_input, { context }: { context: { user: string } }) => context.user,
});
const pay = tool({
  name: 'pay',
  description: 'Pays.',
  parameters: jsonSchema<{ readonly price: Money }>({ type: 'object' }),
  execute: () => 'paid',
});
const now = tool({ name: 'now', description: 'The time.', execute: () => 'noon' });
const byJsonSchema = tool({
  name: 'by_json_schema',
  description: 'A tool.',
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  execute: () => 'ok',
});
const ofUnknownName: Tool[] = [now];
const model = scriptedModel([]);
const clerk = new Agent({
  name: 'clerk',
  model,
  tools: [refund, findOrder, pay, now, byJsonSchema],
});
const context = { user: 'Ada' };

/** A call of the agent, as its events have it. */
type ClerkCall = Extract<
  RunEvent<
    string,
    CallsOf<typeof clerk extends Agent<infer _C, infer _O, infer Tools> ? Tools : never>
  >,
  { readonly type: 'tool-started'; readonly refused?: undefined }
>['call'];

/** Never called: the name of a call decides the type of its arguments. */
export function startedCalls(call: ClerkCall): void {
  switch (call.name) {
    case 'refund':
      expectType<number>()(call.arguments.amount, true);
      // @ts-expect-error There is no such argument.
      void call.arguments.amuont;
      // @ts-expect-error It may be missing.
      call.arguments.note.length;
      break;
    case 'find_order':
      // The default is filled in later.
      expectType<number | undefined>()(call.arguments.limit, true);
      break;
    case 'pay':
      call.arguments.price.cents.toFixed();
      break;
    case 'by_json_schema':
    case 'find_tools':
      expectType<JsonObject>()(call.arguments, true);
      break;
    // @ts-expect-error No tool has this name.
    case 'reimburse':
      break;
  }
}

/** Never called: the events after the check of a call, for iterators and listeners. */
export async function events(): Promise<void> {
  for await (const event of clerk.stream('Hi', { context })) {
    if (event.type === 'tool-started' && !event.refused) startedCalls(event.call);
    if (event.type === 'tool-finished' && event.refused === undefined) startedCalls(event.call);
    if (event.type === 'tool-progressed' && event.call.name === 'refund') {
      event.call.arguments.amount.toFixed();
    }
    if (event.type === 'decision-requested' && event.call.name === 'refund') {
      event.call.arguments.amount.toFixed();
    }
  }
  clerk.on('decision-resolved', ({ call }) => {
    if (call.name === 'refund') call.arguments.amount.toFixed();
  });
}

/** Never called: arguments that were not checked have no type. */
export async function uncheckedCalls(): Promise<void> {
  for await (const event of clerk.stream('Hi', { context })) {
    if (event.type === 'tool-started' && event.call.name === 'refund') {
      // @ts-expect-error The call may be refused because the amount is not a number.
      event.call.arguments.amount.toFixed();
    }
    if (event.type === 'assistant-turn-added' && event.turn.kind === 'calls') {
      expectType<JsonObject>()(event.turn.calls[0].arguments, true);
    }
    if (event.type === 'loop-detected') expectType<JsonObject>()(event.call.arguments, true);
  }
}

/** Never called: the tools that a run adds have the names of the type. */
export function builtInCalls(): void {
  const isSame: Same<BuiltInCall['name'], typeof findToolsName | typeof readResultName> = true;
  void isSame;
}

/** Never called: calls that wait have been checked. */
export async function waiting(): Promise<void> {
  const result = await clerk.run('Hi', { context });
  if (result.status !== 'paused') return;
  for (const { call } of result.waiting) {
    if (call.name === 'refund') expectType<number>()(call.arguments.amount, true);
  }
}

/** Never called: helpers for every agent, and agents whose tools have no known names. */
export async function helpers(): Promise<void> {
  const show = (event: RunEvent) => void event.type;
  const name = ({ call }: WaitingCall): string => call.name;
  const watch = async (run: AgentRun): Promise<RunResult<unknown>> => {
    for await (const event of run) show(event);
    return await run.result;
  };
  const run = clerk.stream('Hi', { context });
  for await (const event of run) show(event);
  await watch(run);
  clerk.on('event', show);
  const result = await run.result;
  if (result.status === 'paused') result.waiting.map(name);
  const typed: Agent<{ user: string }> = clerk;
  void typed;
  const bare = new Agent({ name: 'bare', model });
  const empty = new Agent({ name: 'empty', model, tools: [] });
  const wide = new Agent({ name: 'wide', model, tools: ofUnknownName });
  const mixed = new Agent({ name: 'mixed', model, tools: [refund, ...ofUnknownName] });
  const constant = new Agent({ name: 'constant', model, tools: [refund, now] as const });
  mixed.on('decision-requested', ({ call }) => {
    // @ts-expect-error A tool of an unknown name may have this one.
    if (call.name === 'refund') call.arguments.amount.toFixed();
  });
  for (const agent of [bare, empty, wide]) {
    agent.on('decision-requested', ({ call }) => expectType<ToolCall>()(call, true));
  }
  constant.on('decision-requested', ({ call }) => {
    if (call.name === 'refund') call.arguments.amount.toFixed();
  });
  new Agent<{ user: string }>({ name: 'explicit', model, tools: [findOrder, refund] });
}

const text = tool({
  name: 'text',
  description: 'A tool.',
  parameters: z.object({ amount: z.number() }),
  execute: () => 'ok',
});

test('the call of an event has the arguments that the schema accepted, and a refused call is marked', async () => {
  const agent = new Agent({
    name: 'clerk',
    model: scriptedModel([
      callsTool('text', { amount: '50' }),
      callsTool('text', { amount: 'many' }),
      says('Done.'),
    ]),
    tools: [text],
  });
  const seen: unknown[] = [];
  for await (const event of agent.stream('Hi')) {
    if (event.type !== 'tool-started' && event.type !== 'tool-finished') continue;
    seen.push(event.refused ? event.call.arguments : event.call.arguments.amount);
  }
  expect(seen).toEqual([50, 50, { amount: 'many' }, { amount: 'many' }]);
});

test('a call that waits has the arguments that the schema accepted, also after its state was saved', async () => {
  const clerk = new Agent({
    name: 'clerk',
    model: scriptedModel([
      callsTool('refund', { order: 'A-2', amount: '50', note: null }),
      says('Paid.'),
    ]),
    tools: [refund],
  });
  const paused = await clerk.run('Refund A-2');
  if (paused.status !== 'paused') throw new Error(paused.status);
  expect(paused.waiting[0].call.arguments).toEqual({ order: 'A-2', amount: 50 });
  const saved = JSON.parse(JSON.stringify(paused.state));
  const asked: unknown[] = [];
  clerk.on('decision-requested', ({ call }) => asked.push(call.arguments));
  const again = await clerk.resume(saved).result;
  if (again.status !== 'paused') throw new Error(again.status);
  expect(again.waiting).toEqual(paused.waiting);
  expect(asked).toEqual([{ order: 'A-2', amount: 50 }]);
  const { callId, fingerprint } = again.waiting[0];
  const done = await clerk.resume(saved, {
    decisions: { [callId]: { kind: 'approve', fingerprint } },
  }).result;
  expect(done.steps[0]?.calls[0]).toMatchObject({ status: 'ok', arguments: { amount: '50' } });
});
