/** LangChain: `createAgent` over `ChatOpenAI`. */
export const load = () => Promise.all([import('langchain'), import('@langchain/openai')]);

export async function connect({ baseURL, model, instructions, tool, maxSteps }) {
  const { createAgent, tool: defineTool } = await import('langchain');
  const { ChatOpenAI } = await import('@langchain/openai');
  const { z } = await import('zod');
  const search = defineTool(({ query, page }) => tool.execute(query, page), {
    name: tool.name,
    description: tool.description,
    schema: z.object({
      query: z.string().describe('Words to look for.'),
      page: z.int().describe('Page of the results, from 0.'),
    }),
  });
  const agent = createAgent({
    model: new ChatOpenAI({ model, apiKey: 'none', configuration: { baseURL } }),
    tools: [search],
    systemPrompt: instructions,
  });
  const input = (prompt) => ({ messages: [{ role: 'user', content: prompt }] });
  const options = { recursionLimit: 2 * maxSteps + 1 };
  return {
    async run(prompt) {
      const { messages } = await agent.invoke(input(prompt), options);
      return messages.at(-1).text;
    },
    async stream(prompt, onText) {
      const stream = await agent.stream(input(prompt), { ...options, streamMode: 'messages' });
      for await (const [message] of stream) {
        if (message.text !== '') onText(message.text);
      }
    },
  };
}
