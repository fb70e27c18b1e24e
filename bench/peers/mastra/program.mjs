/** Mastra: an `Agent` over the AI SDK's provider for OpenAI-compatible servers. */
export const load = () =>
  Promise.all([
    import('@mastra/core/agent'),
    import('@mastra/core/tools'),
    import('@ai-sdk/openai-compatible'),
  ]);

export async function connect({ baseURL, model, instructions, tool, maxSteps }) {
  const { Agent } = await import('@mastra/core/agent');
  const { createTool } = await import('@mastra/core/tools');
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  const { z } = await import('zod');
  const provider = createOpenAICompatible({ name: 'bench', baseURL, apiKey: 'none' });
  const search = createTool({
    id: tool.name,
    description: tool.description,
    inputSchema: z.object({
      query: z.string().describe('Words to look for.'),
      page: z.int().describe('Page of the results, from 0.'),
    }),
    execute: async ({ query, page }) => tool.execute(query, page),
  });
  const agent = new Agent({
    id: 'bench',
    name: 'bench',
    instructions,
    model: provider(model),
    tools: { [tool.name]: search },
  });
  return {
    async run(prompt) {
      return (await agent.generate(prompt, { maxSteps })).text;
    },
    async stream(prompt, onText) {
      const { textStream } = await agent.stream(prompt, { maxSteps });
      for await (const piece of textStream) onText(piece);
    },
  };
}
