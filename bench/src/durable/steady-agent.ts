import { Agent, type Model, tool } from '@turnwise/core';
import type { ModelReply, ModelRequest } from '@turnwise/core/model';
import { z } from 'zod';

/** An agent that needs no network: its model calls two tools in each of `steps` steps, and then answers. */
export function steadyAgent(steps: number): Agent {
  const parameters = z.object({ order: z.string() });
  const look = tool({
    name: 'look',
    description: 'Looks an order up.',
    parameters,
    repeat: 'safe',
    execute: ({ order }) => ({ order, state: 'paid' }),
  });
  const pay = tool({
    name: 'pay',
    description: 'Pays an order.',
    parameters,
    execute: ({ order }) => `Paid ${order}.`,
  });
  return new Agent({ name: 'steady', model: steadyModel(steps), tools: [look, pay] });
}

/** Its replies are a function of the conversation. */
export function steadyModel(steps: number): Model {
  return {
    id: 'steady',
    async *request({ transcript }: ModelRequest) {
      const place = transcript.turns.filter(({ role }) => role === 'assistant').length;
      return toReply(place < steps ? [`O-${place}`] : []);
    },
  };
}

function toReply(orders: readonly string[]): ModelReply {
  const usage = { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0 };
  const calls = orders.flatMap((order) =>
    ['look', 'pay'].map((name) => ({ name, arguments: { order } })),
  );
  const finishReason = calls.length === 0 ? 'stop' : 'tool-calls';
  const text = calls.length === 0 ? 'Done.' : '';
  const parsed =
    calls.length === 0 ? { kind: 'text', text, fixes: [] } : { kind: 'calls', calls, fixes: [] };
  const raw = { text, reasoning: '', calls: [], finishReason, usage };
  return { parsed, raw, usage, finishReason, dialect: 'native' } as unknown as ModelReply;
}
