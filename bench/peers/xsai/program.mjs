/** xsai: `generateText` and `streamText`. */
export const load = () => import('xsai');

export async function connect({ baseURL, model, instructions, tool, maxSteps }) {
  const { generateText, streamText, tool: defineTool } = await import('xsai');
  const { z } = await import('zod');
  const search = await defineTool({
    name: tool.name,
    description: tool.description,
    parameters: z.object({
      query: z.string().describe('Words to look for.'),
      page: z.int().describe('Page of the results, from 0.'),
    }),
    execute: ({ query, page }) => tool.execute(query, page),
  });
  const options = (prompt) => ({
    baseURL: `${baseURL}/`,
    model,
    tools: [search],
    maxSteps,
    messages: [
      { role: 'system', content: instructions },
      { role: 'user', content: prompt },
    ],
  });
  return {
    async run(prompt) {
      return (await generateText(options(prompt))).text ?? '';
    },
    async stream(prompt, onText) {
      const { textStream } = streamText(options(prompt));
      for await (const piece of textStream) onText(piece);
    },
  };
}
