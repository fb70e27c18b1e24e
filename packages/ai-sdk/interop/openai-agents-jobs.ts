import { Agent, type Model, run, setTracingDisabled, tool } from '@openai/agents';
import { z } from 'zod';
import type { Job } from './ai-sdk-jobs.ts';

setTracingDisabled(true);

function weatherAgent(model: Model) {
  const cities: string[] = [];
  const getWeather = tool({
    name: 'get_weather',
    description: 'Get the current weather in a city.',
    parameters: z.object({ city: z.string() }),
    execute: ({ city }) => {
      cities.push(city);
      return JSON.stringify({ city, sky: 'sunny', degrees: 21 });
    },
  });
  return { cities, agent: new Agent({ name: 'guide', model, tools: [getWeather] }) };
}

function check(cities: readonly string[], text: unknown): void {
  if (!cities.includes('Paris')) throw new Error('The tool was not called with "Paris".');
  if (!/21|sunny/.test(String(text))) throw new Error(`The answer has no weather: "${text}".`);
}

const question = 'What is the weather in Paris?';

/** The jobs of OpenAI Agents: a tool, whole and streamed. */
export const openaiAgentsJobs: readonly Job<Model>[] = [
  {
    name: 'tool, whole',
    run: async (model) => {
      const { cities, agent } = weatherAgent(model);
      const result = await run(agent, question, { maxTurns: 4 });
      check(cities, result.finalOutput);
    },
  },
  {
    name: 'tool, streamed',
    run: async (model) => {
      const { cities, agent } = weatherAgent(model);
      const result = await run(agent, question, { maxTurns: 4, stream: true });
      for await (const _ of result);
      await result.completed;
      check(cities, result.finalOutput);
    },
  },
];
