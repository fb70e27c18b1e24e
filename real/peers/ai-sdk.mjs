import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, isStepCount, jsonSchema, Output, tool } from 'ai';
import { named, solveTasks } from './channel.mjs';

solveTasks(
  async ({ instructions, tools, turns, output, baseURL, model, apiKey, maxTokens, maxSteps }) => {
    const provider = createOpenAICompatible({
      name: 'server',
      baseURL,
      apiKey,
      includeUsage: true,
      supportsStructuredOutputs: true,
    });
    const toolSet = Object.fromEntries(
      tools.map(({ name, description, parameters, execute }) => [
        name,
        tool({ description, inputSchema: jsonSchema(parameters), execute }),
      ]),
    );
    const messages = [];
    let result;
    for (const [index, text] of turns.entries()) {
      messages.push({ role: 'user', content: text });
      const isLast = index === turns.length - 1;
      result = await generateText({
        model: provider(model),
        instructions,
        messages,
        tools: toolSet,
        stopWhen: isStepCount(maxSteps),
        temperature: 0,
        maxOutputTokens: maxTokens,
        ...(isLast && output ? { output: Output.object({ schema: jsonSchema(output) }) } : {}),
      });
      // Its result names this ending; it does not throw.
      if (result.finishReason === 'tool-calls')
        throw named('step-limit', `no answer after ${maxSteps} steps`);
      messages.push(...result.responseMessages);
    }
    return { text: result.text, ...(output ? { output: result.output } : {}) };
  },
);
