import { Agent, type Model, tool } from '@turnwise/core';
import { z } from 'zod';

const orders: Readonly<Record<string, { readonly item: string; readonly euros: number }>> = {
  'A-2': { item: 'lamp', euros: 80 },
  'A-3': { item: 'desk', euros: 240 },
};

/** Creates an agent that looks up orders and refunds them; a human decides on more than 50 euros. */
export function createSupportAgent(model: Model): Agent {
  const findOrder = tool({
    name: 'find_order',
    description: 'Looks up an order: its item and price.',
    parameters: z.object({ order: z.string().describe('Such as A-2') }),
    execute: ({ order }) => orders[order] ?? `There is no order ${order}.`,
    repeat: 'safe',
  });
  const refundOrder = tool({
    name: 'refund_order',
    description: 'Refunds an amount of euros for an order.',
    parameters: z.object({
      order: z.string().describe('Such as A-2'),
      euros: z.number().positive(),
    }),
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
