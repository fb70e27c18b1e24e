import { setTimeout } from 'node:timers/promises';
import { Agent, type Model, tool } from '@turnwise/core';
import { z } from 'zod';

/** Milliseconds that a refund takes, so that there is time to kill its worker. */
const refundMs = 700;

/** The versions of the agent. */
export type Version = 1 | 2;

/** Makes an agent that refunds orders. `report` gets a line before and after each refund. */
export function createClerk(
  model: Model,
  version: Version,
  report: (line: string) => void = () => {},
): Agent {
  const refund = tool({
    name: 'refund_order',
    description: 'Refunds an amount of euros for an order.',
    // The service that pays knows the key, so a refund that is repeated is made once.
    repeat: 'idempotent',
    parameters: z.object({
      order: z.string().describe('The id of the order, such as ORD-7'),
      euros: z.number().positive().max(1_000).describe('The amount in euros'),
    }),
    needsApproval: ({ euros }) => euros > 50,
    execute: async ({ order, euros }, { idempotencyKey, signal }) => {
      report(`refunding ${order}`);
      await setTimeout(refundMs, undefined, { signal });
      report(`refunded ${order}, ${euros} euros, key ${idempotencyKey}`);
      return `Refunded ${euros} euros for order ${order}.`;
    },
  });
  const manner = version === 1 ? 'Answer briefly.' : 'Answer briefly and politely.';
  return new Agent({
    name: 'clerk',
    instructions: `Refund orders with the tool. ${manner}`,
    model,
    tools: [refund],
  });
}
