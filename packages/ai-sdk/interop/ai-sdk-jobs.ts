import {
  generateText,
  isStepCount,
  type LanguageModel,
  type ModelMessage,
  Output,
  streamText,
  ToolLoopAgent,
  tool,
} from 'ai';
import { z } from 'zod';

/** One job: what a program asks a model for, and whether it got it. */
export interface Job<Model> {
  readonly name: string;
  /** Replies that the server sends first. */
  readonly firstReply?: string;
  /** Resolves if the job was done, and rejects with the reason if it was not. */
  readonly run: (model: Model) => Promise<void>;
}

const stopWhen = isStepCount(4);

/** A tool that counts its executions. */
function weatherTool() {
  const cities: string[] = [];
  const getWeather = tool({
    description: 'Get the current weather in a city.',
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => {
      cities.push(city);
      return { city, sky: 'sunny', degrees: 21 };
    },
  });
  return { cities, tools: { get_weather: getWeather } };
}

function check(cities: readonly string[], text: string, city = 'Paris'): void {
  if (!cities.includes(city)) throw new Error(`The tool was not called with "${city}".`);
  if (!/21|sunny/.test(text)) throw new Error(`The answer has no weather: "${text}".`);
}

const question = 'What is the weather in Paris?';

async function askWhole(model: LanguageModel): Promise<void> {
  const { cities, tools } = weatherTool();
  const { text } = await generateText({ model, tools, stopWhen, prompt: question, maxRetries: 0 });
  check(cities, text);
}

/** The jobs of the AI SDK: a tool, two user messages, a history with text and calls, an output schema, a call as text. */
export const aiSdkJobs: readonly Job<LanguageModel>[] = [
  {
    name: 'tool, whole',
    run: askWhole,
  },
  {
    name: 'tool, streamed',
    run: async (model) => {
      const { cities, tools } = weatherTool();
      const result = streamText({
        model,
        tools,
        stopWhen,
        prompt: question,
        maxRetries: 0,
        onError: () => undefined,
      });
      let text = '';
      for await (const delta of result.textStream) text += delta;
      check(cities, text);
    },
  },
  {
    name: 'two user messages',
    run: async (model) => {
      const { cities, tools } = weatherTool();
      const messages: ModelMessage[] = [
        { role: 'user', content: 'Hello.' },
        { role: 'user', content: question },
      ];
      const { text } = await generateText({ model, tools, stopWhen, messages, maxRetries: 0 });
      check(cities, text);
    },
  },
  {
    name: 'text and call in the history',
    run: async (model) => {
      const { cities, tools } = weatherTool();
      const agent = new ToolLoopAgent({ model, tools, stopWhen, maxRetries: 0 });
      const messages: ModelMessage[] = [
        { role: 'user', content: question },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'I will look it up.' },
            {
              type: 'tool-call',
              toolCallId: 'a',
              toolName: 'get_weather',
              input: { city: 'Paris' },
            },
          ],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 'a',
              toolName: 'get_weather',
              output: { type: 'json', value: { city: 'Paris', sky: 'rainy', degrees: 9 } },
            },
          ],
        },
        { role: 'assistant', content: 'It is rainy in Paris.' },
        { role: 'user', content: 'What is the weather in Rome?' },
      ];
      const { text } = await agent.generate({ messages });
      check(cities, text, 'Rome');
    },
  },
  {
    name: 'tool and output schema',
    run: async (model) => {
      const { cities, tools } = weatherTool();
      const { output } = await generateText({
        model,
        tools,
        stopWhen,
        prompt: question,
        maxRetries: 0,
        output: Output.object({ schema: z.object({ city: z.string(), degrees: z.number() }) }),
      });
      check(cities, String(output.degrees));
    },
  },
  {
    name: 'call written as text',
    firstReply: '```tool_code\nget_weather(city="Paris")\n```',
    run: askWhole,
  },
];
