import { type Agent, type JsonValue, type RunOptions, type Tool, tool } from '@turnwise/core';
import type { OptionalIfUnknown } from '@turnwise/core/model';
import { z } from 'zod';

/** An agent as a tool: each call is a run of its own. The calls of the run are progress. */
export function agentTool<Context, Output>(
  agent: Agent<Context, Output>,
  description: string,
): Tool<Context> {
  return tool({
    name: agent.name,
    description,
    parameters: z.object({ input: z.string().describe('The task or the question.') }),
    // The limits of the agent apply. The tool has no time limit of its own.
    timeoutMs: 2 ** 31 - 1,
    execute: async ({ input }, { context, signal, progress }) => {
      // Whether the options may be left out depends on the type of the context.
      const options = [{ context, signal }] as unknown as OptionalIfUnknown<
        Context,
        RunOptions<Context>
      >;
      const run = agent.stream(input, ...options);
      for await (const event of run) {
        if (event.type === 'tool-started') progress({ message: `Calls ${event.call.name}` });
      }
      const result = await run.result;
      if (result.status === 'completed') {
        const { output } = result;
        return typeof output === 'string'
          ? output
          : { forModel: output as JsonValue, forApp: output as JsonValue };
      }
      const reason =
        result.status === 'paused'
          ? `it waits for a decision on ${result.waiting.map(({ call }) => `"${call.name}"`).join(', ')}, which this server cannot ask for`
          : `it was stopped: ${result.reason}`;
      return { forModel: `The agent gave no answer: ${reason}.`, isError: true };
    },
  });
}
