import type { WireCall, WireMessage, WireTool } from '../dialect/wire.ts';
import { asks, type Exchange, judge } from './exchange.ts';
import { type Finding, no, unclear, yes } from './measurement.ts';

/** The tool that every request of the doctor offers. */
export const weatherTool: WireTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Current weather of a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', description: 'Name of the city.' } },
      required: ['city'],
    },
  },
};

/** Whether a system message is accepted and reaches the model: it must make the prompt longer. */
export async function measureSystemRole(
  exchange: Exchange,
  plainTokens: number | undefined,
): Promise<Finding> {
  const system: WireMessage = {
    role: 'system',
    content: 'You are a cheerful guide to the city of Paris.',
  };
  const outcome = await exchange({ messages: [system, asks('Hi.')] });
  return judge(outcome, ({ usage }) => {
    if (plainTokens === undefined || usage === undefined) return yes('accepted');
    return usage.inputTokens > plainTokens
      ? yes('')
      : no('ignored: the prompt has no additional tokens');
  });
}

/** Whether the server accepts two user messages in a row. */
export async function measureOrder(exchange: Exchange): Promise<Finding> {
  const outcome = await exchange({ messages: [asks('Hi.'), asks('What is your name?')] });
  return judge(outcome, () => yes(''));
}

/** Whether the server accepts a past call and its result in the tool role. */
export async function measureToolRole(exchange: Exchange): Promise<Finding> {
  const outcome = await exchange({
    messages: [
      asks('What is the weather in Paris?'),
      assistantCalls(['Paris']),
      toolResult('call_Paris', 'sunny, 21 degrees'),
    ],
    tools: [weatherTool],
  });
  return judge(outcome, ({ text, calls }) => {
    if (text.trim() === '' && calls.length === 0)
      return unclear('accepted, but the reply is empty');
    return yes('');
  });
}

/** Whether the server accepts several tool results in a row. */
export async function measureResultsInRow(exchange: Exchange): Promise<Finding> {
  const outcome = await exchange({
    messages: [
      asks('What is the weather in Paris and in Rome?'),
      assistantCalls(['Paris', 'Rome']),
      toolResult('call_Paris', 'sunny, 21 degrees'),
      toolResult('call_Rome', 'rain, 14 degrees'),
    ],
    tools: [weatherTool],
  });
  return judge(outcome, () => yes(''));
}

function assistantCalls(cities: readonly string[]): WireMessage {
  return {
    role: 'assistant',
    content: null,
    tool_calls: cities.map(
      (city): WireCall => ({
        id: `call_${city}`,
        type: 'function',
        function: { name: 'get_weather', arguments: JSON.stringify({ city }) },
      }),
    ),
  };
}

function toolResult(id: string, content: string): WireMessage {
  return { role: 'tool', tool_call_id: id, content };
}
