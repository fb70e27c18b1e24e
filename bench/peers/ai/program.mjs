/** The AI SDK: `generateText` and `streamText` over its provider for OpenAI-compatible servers. */
export const load = () => Promise.all([import('ai'), import('@ai-sdk/openai-compatible')]);

export async function connect({ baseURL, model, instructions, tool, maxSteps }) {
  const { generateText, isStepCount, streamText, tool: defineTool } = await import('ai');
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  const { z } = await import('zod');
  const provider = createOpenAICompatible({ name: 'bench', baseURL, apiKey: 'none' });
  const tools = {
    [tool.name]: defineTool({
      description: tool.description,
      inputSchema: z.object({
        query: z.string().describe('Words to look for.'),
        page: z.int().describe('Page of the results, from 0.'),
      }),
      execute: ({ query, page }) => tool.execute(query, page),
    }),
  };
  const options = (prompt) => ({
    model: provider(model),
    instructions,
    prompt,
    tools,
    stopWhen: isStepCount(maxSteps),
  });
  return {
    async run(prompt) {
      return (await generateText(options(prompt))).text;
    },
    async stream(prompt, onText) {
      const { textStream } = streamText(options(prompt));
      for await (const piece of textStream) onText(piece);
    },
  };
}
