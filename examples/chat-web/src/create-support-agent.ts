import { Agent, type Model, tool } from '@turnwise/core';
import { z } from 'zod';

const prices: Readonly<Record<string, number>> = { 'A-2': 90, 'A-3': 240 };

/** Creates an agent that looks up orders and refunds them; a human decides on more than 50 euros. */
export function createSupportAgent(model: Model): Agent {
  const findOrder = tool({
    name: 'find_order',
    description: 'Looks up an order and its price in euros.',
    parameters: z.object({ order: z.string().describe('Such as A-2') }),
    execute: ({ order }) => ({ order, euros: prices[order] ?? null }),
    repeat: 'safe',
  });
  const refundOrder = tool({
    name: 'refund_order',
    description: 'Refunds an amount of euros for an order.',
    parameters: z.object({ order: z.string(), euros: z.number().positive() }),
    needsApproval: ({ euros }) => euros > 50,
    execute: ({ order, euros }) => `Refunded ${euros} euros for order ${order}.`,
  });
  return new Agent({
    name: 'support',
    instructions: 'You help customers with their orders. Be brief.',
    model,
    tools: [findOrder, refundOrder],
  });
}
