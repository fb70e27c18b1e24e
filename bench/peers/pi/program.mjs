/** pi: a new `Agent` for each conversation, as it keeps its messages; it always streams. */
export const load = () =>
  Promise.all([import('@mariozechner/pi-agent-core'), import('@mariozechner/pi-ai')]);

export async function connect({ baseURL, model, instructions, tool }) {
  const { Agent } = await import('@mariozechner/pi-agent-core');
  const { Type } = await import('@mariozechner/pi-ai');
  const modelOptions = {
    id: model,
    name: model,
    api: 'openai-completions',
    provider: 'bench',
    baseUrl: baseURL,
    reasoning: false,
    input: ['text'],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 131_072,
    maxTokens: 8_192,
  };
  const search = {
    name: tool.name,
    label: tool.name,
    description: tool.description,
    parameters: Type.Object({
      query: Type.String({ description: 'Words to look for.' }),
      page: Type.Integer({ description: 'Page of the results, from 0.' }),
    }),
    execute: async (_id, { query, page }) => ({
      content: [{ type: 'text', text: tool.execute(query, page) }],
      details: undefined,
    }),
  };
  const newAgent = () =>
    new Agent({
      initialState: { systemPrompt: instructions, model: modelOptions, tools: [search] },
      getApiKey: () => 'none',
    });
  return {
    async run(prompt) {
      const agent = newAgent();
      await agent.prompt(prompt);
      const { content } = agent.state.messages.at(-1);
      return content.map((part) => part.text ?? '').join('');
    },
    async stream(prompt, onText) {
      const agent = newAgent();
      agent.subscribe((event) => {
        if (event.type !== 'message_update') return;
        const { assistantMessageEvent: update } = event;
        if (update.type === 'text_delta') onText(update.delta);
      });
      await agent.prompt(prompt);
    },
  };
}
