import { Agent, type Model, tool } from '@turnwise/core';
import { z } from 'zod';

/** Makes an agent that refunds orders. `onRefund` is called for each refund. */
export function createClerk(
  model: Model,
  onRefund: (order: string, euros: number, key: string) => void,
): Agent {
  const refund = tool({
    name: 'refund_order',
    description: 'Refunds an amount of euros for an order.',
    parameters: z.object({
      order: z.string().describe('The id of the order, such as ORD-7'),
      euros: z.number().positive().max(1_000).describe('The amount in euros'),
    }),
    needsApproval: ({ euros }) => euros > 50,
    execute: ({ order, euros }, { idempotencyKey }) => {
      onRefund(order, euros, idempotencyKey);
      return `Refunded ${euros} euros for order ${order}.`;
    },
  });
  return new Agent({
    name: 'clerk',
    instructions: 'Refund orders with the tool. Answer briefly.',
    model,
    tools: [refund],
  });
}
