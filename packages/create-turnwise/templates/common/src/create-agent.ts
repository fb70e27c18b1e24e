import { Agent, type Model, tool } from '@turnwise/core';
import { z } from 'zod';

const orders = new Map([
  ['A-2', { item: 'lamp', euros: 80, status: 'delivered' }],
  ['A-3', { item: 'desk', euros: 240, status: 'in transit' }],
]);

const findOrder = tool({
  name: 'find_order',
  description: 'Looks up an order: its item, price and status.',
  parameters: z.object({ orderId: z.string().describe('Such as A-2') }),
  execute: ({ orderId }) => orders.get(orderId) ?? `There is no order ${orderId}.`,
});

const refundOrder = tool({
  name: 'refund_order',
  description: 'Refunds an amount of euros for an order.',
  parameters: z.object({
    orderId: z.string().describe('Such as A-2'),
    euros: z.number().positive(),
  }),
  // A person decides on larger amounts.
  needsApproval: ({ euros }) => euros > 50,
  execute: ({ orderId, euros }) => `Refunded ${euros} euros for order ${orderId}.`,
});

/** An agent that answers questions about orders and refunds them. */
export function createAgent(model: Model) {
  return new Agent({
    name: 'support',
    instructions: 'You help customers with their orders. Be brief.',
    model,
    tools: [findOrder, refundOrder],
  });
}
