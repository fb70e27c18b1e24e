import { tool } from '@turnwise/core';
import { z } from 'zod';

const millisecondsPerDay = 86_400_000;

/** A tool of this example: the number of days from one date to another. */
export const daysBetween = tool({
  name: 'days_between',
  description: 'Number of days from one date to another; negative if the second is earlier.',
  parameters: z.object({
    from: z.iso.date().describe('The first date, such as 2026-01-31.'),
    to: z.iso.date().describe('The second date, such as 2026-12-24.'),
  }),
  // Dates without a time are UTC, so every day has 24 hours.
  execute: ({ from, to }) => `${(Date.parse(to) - Date.parse(from)) / millisecondsPerDay} days`,
  repeat: 'safe',
});
