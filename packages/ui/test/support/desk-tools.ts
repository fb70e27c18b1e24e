import { tool } from '@turnwise/core';
import { z } from 'zod';

/** Looks up an order. */
export const findOrder = tool({
  name: 'find_order',
  description: 'Finds an order.',
  parameters: z.object({ order: z.string() }),
  execute: ({ order }) => ({ order, euros: 90 }),
});

/** The refunds that were made, and the tool that makes them: a human decides on more than 50 euros. */
export function refunds() {
  const made: string[] = [];
  const refund = tool({
    name: 'refund',
    description: 'Refunds an order.',
    parameters: z.object({ order: z.string(), euros: z.number() }),
    needsApproval: ({ euros }) => euros > 50,
    execute: ({ order, euros }) => {
      made.push(`${order}: ${euros}`);
      return `Refunded ${euros} euros.`;
    },
  });
  return { made, refund };
}
