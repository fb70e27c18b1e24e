/** Strands: a new `Agent` for each conversation, as it keeps its messages; its OpenAI model always streams. */
export const load = () =>
  Promise.all([import('@strands-agents/sdk'), import('@strands-agents/sdk/models/openai')]);

export async function connect({ baseURL, model, instructions, tool }) {
  const { Agent, tool: defineTool } = await import('@strands-agents/sdk');
  const { OpenAIModel } = await import('@strands-agents/sdk/models/openai');
  const { z } = await import('zod');
  const modelOptions = new OpenAIModel({
    api: 'chat',
    apiKey: 'none',
    modelId: model,
    clientConfig: { baseURL },
  });
  const search = defineTool({
    name: tool.name,
    description: tool.description,
    inputSchema: z.object({
      query: z.string().describe('Words to look for.'),
      page: z.int().describe('Page of the results, from 0.'),
    }),
    callback: ({ query, page }) => tool.execute(query, page),
  });
  const newAgent = () =>
    new Agent({ model: modelOptions, systemPrompt: instructions, tools: [search], printer: false });
  return {
    async run(prompt) {
      const { lastMessage } = await newAgent().invoke(prompt);
      return lastMessage.content.map((block) => block.text ?? '').join('');
    },
    async stream(prompt, onText) {
      for await (const event of newAgent().stream(prompt)) {
        const inner = event.type === 'modelStreamUpdateEvent' ? event.event : event;
        if (inner.type === 'modelContentBlockDeltaEvent' && inner.delta.type === 'textDelta') {
          onText(inner.delta.text);
        }
      }
    },
  };
}
