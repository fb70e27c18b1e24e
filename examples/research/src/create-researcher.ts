import { Agent, type Model, tool } from '@turnwise/core';
import { z } from 'zod';
import type { Library } from './open-library.ts';

const searchPages = tool({
  name: 'search_pages',
  description: 'Finds pages with the terms of a query.',
  parameters: z.object({ query: z.string().describe('One to five words') }),
  execute: ({ query }, { context }: { context: Library }) => {
    const found = context.search(query);
    return found.length === 0 ? 'No page has these words. Try others.' : { pages: found };
  },
  repeat: 'safe',
});

const readPage = tool({
  name: 'read_page',
  description: 'Returns the text of a page.',
  parameters: z.object({ page: z.string().describe('A name that search_pages returned') }),
  execute: ({ page }, { context }: { context: Library }) =>
    context.read(page) ?? `There is no page "${page}". Use a name that search_pages returned.`,
  maxResultChars: 8_000,
  repeat: 'safe',
});

/** The schema of an answer. */
const findingsSchema = z.object({
  answer: z.string().describe('The answer, in at most five sentences'),
  sources: z.array(z.string()).min(1).describe('The names of the pages that the answer is from'),
});

/** An answer and the pages that it is from. */
export type Findings = z.infer<typeof findingsSchema>;

/** Creates an agent that answers from the pages of a library. It cannot name a page that it did not read. */
export function createResearcher(model: Model): Agent<Library, Findings> {
  return new Agent({
    name: 'researcher',
    instructions: 'Answer only from the pages. Search first, then read the best pages.',
    model,
    tools: [searchPages, readPage],
    output: findingsSchema,
    validateOutput: ({ sources }, { context }) => {
      const unread = sources.filter((page) => !context.wasRead.has(page));
      return unread.length === 0 ? undefined : `You did not read ${unread.join(', ')}.`;
    },
    limits: { maxSteps: 12 },
  });
}
