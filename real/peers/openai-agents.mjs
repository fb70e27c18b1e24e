import { Agent, OpenAIChatCompletionsModel, run, setTracingDisabled, tool } from '@openai/agents';
import OpenAI from 'openai';
import { solveTasks } from './channel.mjs';

setTracingDisabled(true);

solveTasks(
  async ({ instructions, tools, turns, output, baseURL, model, apiKey, maxTokens, maxSteps }) => {
    const shared = {
      name: 'desk',
      instructions,
      model: new OpenAIChatCompletionsModel(new OpenAI({ baseURL, apiKey }), model),
      modelSettings: { temperature: 0, maxTokens },
      tools: tools.map(({ name, description, parameters, execute }) =>
        tool({
          name,
          description,
          parameters,
          execute: async (input) => JSON.stringify(await execute(input)),
        }),
      ),
    };
    const outputType = { type: 'json_schema', name: 'answer', strict: true, schema: output };
    let history = [];
    let result;
    for (const [index, text] of turns.entries()) {
      const isLast = index === turns.length - 1;
      const agent = new Agent({ ...shared, ...(isLast && output ? { outputType } : {}) });
      result = await run(agent, [...history, { role: 'user', content: text }], {
        maxTurns: maxSteps,
      });
      history = result.history;
    }
    const { finalOutput } = result;
    if (!output) return { text: String(finalOutput ?? '') };
    return { text: JSON.stringify(finalOutput), output: finalOutput };
  },
);
