/** The OpenAI Agents SDK: `run` over chat completions, without its tracing, which would need the network. */
export const load = () => import('@openai/agents');

export async function connect({ baseURL, model, instructions, tool, maxSteps }) {
  const { Agent, OpenAIProvider, Runner, tool: defineTool } = await import('@openai/agents');
  const { z } = await import('zod');
  const search = defineTool({
    name: tool.name,
    description: tool.description,
    parameters: z.object({
      query: z.string().describe('Words to look for.'),
      page: z.int().describe('Page of the results, from 0.'),
    }),
    execute: ({ query, page }) => tool.execute(query, page),
  });
  const agent = new Agent({ name: 'bench', instructions, model, tools: [search] });
  const runner = new Runner({
    modelProvider: new OpenAIProvider({ baseURL, apiKey: 'none', useResponses: false }),
    tracingDisabled: true,
  });
  return {
    async run(prompt) {
      return (await runner.run(agent, prompt, { maxTurns: maxSteps })).finalOutput ?? '';
    },
    async stream(prompt, onText) {
      const result = await runner.run(agent, prompt, { maxTurns: maxSteps, stream: true });
      for await (const piece of result.toTextStream()) onText(piece);
      await result.completed;
    },
  };
}
