import { ChatOpenAI } from '@langchain/openai';
import { createAgent, tool } from 'langchain';
import { solveTasks } from './channel.mjs';

solveTasks(
  async ({ instructions, tools, turns, output, baseURL, model, apiKey, maxTokens, maxSteps }) => {
    const chatModel = new ChatOpenAI({
      model,
      apiKey,
      configuration: { baseURL },
      temperature: 0,
      maxTokens,
      useResponsesApi: false,
    });
    const agentTools = tools.map(({ name, description, parameters, execute }) =>
      tool(async (input) => JSON.stringify(await execute(input)), {
        name,
        description,
        schema: parameters,
      }),
    );
    const shared = { model: chatModel, tools: agentTools, systemPrompt: instructions };
    let messages = [];
    let result;
    for (const [index, text] of turns.entries()) {
      const isLast = index === turns.length - 1;
      const agent = createAgent({
        ...shared,
        ...(isLast && output ? { responseFormat: { title: 'answer', ...output } } : {}),
      });
      // Each step is two nodes of the graph: the model and its tools.
      const limits = { recursionLimit: 2 * maxSteps + 1 };
      result = await agent.invoke(
        { messages: [...messages, { role: 'user', content: text }] },
        limits,
      );
      messages = result.messages;
    }
    return {
      text: result.messages.at(-1).text,
      ...(output ? { output: result.structuredResponse } : {}),
    };
  },
);
