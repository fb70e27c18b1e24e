import { type Tool, tool } from '@turnwise/core';
import { z } from 'zod';

/** A red pixel, as PNG. */
const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** One tool for each kind of result and behaviour. `log` gets what a test cannot see from outside. */
export function deskTools(log: string[] = []): Tool[] {
  const description = 'A tool of the desk.';
  return [
    tool({
      name: 'find_order',
      description: 'Finds an order.',
      parameters: z.object({ id: z.string(), count: z.number().default(1) }),
      repeat: 'safe',
      execute: ({ id, count }) => ({ id, count, state: 'sent' }),
    }),
    tool({
      name: 'photo',
      description,
      execute: () => [
        { type: 'text', text: 'The parcel.' },
        { type: 'image', image: `data:image/png;base64,${pixel}` },
      ],
    }),
    tool({
      name: 'refund',
      description,
      needsApproval: true,
      execute: () => 'Refunded.',
    }),
    tool({
      name: 'fails',
      description,
      execute: () => {
        throw new Error('The printer is empty.');
      },
    }),
    tool({
      name: 'counts',
      description,
      execute: async (_, { progress }) => {
        for (const step of [1, 2]) {
          progress({ progress: step, total: 2, message: `Page ${step}` });
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        return 'Counted.';
      },
    }),
    tool({
      name: 'waits',
      description,
      execute: (_, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            log.push('aborted');
            resolve('Stopped.');
          });
        }),
    }),
    tool({ name: 'off', description, isEnabled: false, execute: () => 'never' }),
  ];
}
