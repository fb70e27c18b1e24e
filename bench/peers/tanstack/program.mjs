/** TanStack AI: `chat` over its adapter for OpenAI-compatible servers. */
export const load = () =>
  Promise.all([import('@tanstack/ai'), import('@tanstack/ai-openai/compatible')]);

export async function connect({ baseURL, model, instructions, tool, maxSteps }) {
  const { chat, maxIterations, toolDefinition } = await import('@tanstack/ai');
  const { openaiCompatibleText } = await import('@tanstack/ai-openai/compatible');
  const { z } = await import('zod');
  const adapter = openaiCompatibleText(model, { baseURL, apiKey: 'none', api: 'chat-completions' });
  const search = toolDefinition({
    name: tool.name,
    description: tool.description,
    inputSchema: z.object({
      query: z.string().describe('Words to look for.'),
      page: z.int().describe('Page of the results, from 0.'),
    }),
  }).server(({ query, page }) => tool.execute(query, page));
  const options = (prompt) => ({
    adapter,
    systemPrompts: [instructions],
    messages: [{ role: 'user', content: prompt }],
    tools: [search],
    agentLoopStrategy: maxIterations(maxSteps),
  });
  return {
    run: (prompt) => chat({ ...options(prompt), stream: false }),
    async stream(prompt, onText) {
      for await (const chunk of chat(options(prompt))) {
        if (chunk.type === 'TEXT_MESSAGE_CONTENT') onText(chunk.delta);
      }
    },
  };
}
