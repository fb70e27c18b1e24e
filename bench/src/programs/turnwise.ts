import type { DialectName, Tool } from '@turnwise/core';
import type { RunTracer } from '@turnwise/core/model';
import { type Connection, otherToolNames, type Program, type ProgramModule } from './program.ts';

/**
 * Turnwise as users write it: the built package, zod parameters and default options, in one dialect. `loadTracer` imports and
 * creates the tracer of the agent.
 */
export function turnwiseIn(
  dialect: DialectName,
  {
    loadTracer = async () => undefined,
  }: { readonly loadTracer?: () => Promise<RunTracer | undefined> } = {},
): ProgramModule {
  let loading: Promise<RunTracer | undefined> | undefined;
  const loadOnce = () => {
    loading ??= loadTracer();
    return loading;
  };
  return {
    load: async () => [await import('@turnwise/core'), await loadOnce()],
    connect: async (connection) => await connect(connection, dialect, await loadOnce()),
  };
}

async function connect(
  connection: Connection,
  dialect: DialectName,
  tracer: RunTracer | undefined,
): Promise<Program> {
  const { Agent, openaiCompatible } = await import('@turnwise/core');
  const { baseURL, model, instructions, maxSteps } = connection;
  const agent = new Agent({
    name: 'bench',
    instructions,
    model: openaiCompatible({ baseURL, model, dialect }),
    tools: await toolsOf(connection),
    limits: { maxSteps },
    tracer,
  });
  return {
    async run(prompt) {
      const result = await agent.run(prompt);
      if (result.status !== 'completed') throw new Error(`The run is ${result.status}.`);
      return result.output;
    },
    async stream(prompt, onText) {
      // textStream holds the text of an agent with tools until its turn is added.
      for await (const event of agent.stream(prompt)) {
        if (event.type === 'text-delta') onText(event.text);
      }
    },
  };
}

async function toolsOf({ tool: search, toolCount }: Connection): Promise<Tool[]> {
  const { tool } = await import('@turnwise/core');
  const { z } = await import('zod');
  return [search.name, ...otherToolNames(toolCount)].map((name) =>
    tool({
      name,
      description: search.description,
      parameters: z.object({
        query: z.string().describe('The text to search for.'),
        page: z.int().describe('Page of the results, from 0.'),
      }),
      execute: ({ query, page }) => search.execute(query, page),
    }),
  );
}
