import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { ModelSettings } from '../../src/model/model.ts';
import {
  type OpenAICompatibleOptions,
  openaiCompatible,
} from '../../src/model/openai-compatible.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { tool } from '../../src/tool/tool.ts';
import {
  type Answer,
  answersJson,
  chunk,
  completion,
  done,
  streamsPieces,
} from './model-server.ts';
import { type RoutedServer, startRoutedServer } from './routed-server.ts';

/** A request, as far as a server looks at its form. */
export interface Body {
  readonly messages: readonly {
    readonly role: string;
    readonly content: unknown;
    readonly name?: string;
    readonly tool_calls?: readonly unknown[];
  }[];
  readonly stream: boolean;
  readonly tools?: unknown;
  readonly [field: string]: unknown;
}

const callOf = (city: string, index: number) => ({
  index,
  id: `call${index}`,
  type: 'function',
  function: { name: 'get_weather', arguments: JSON.stringify({ city }) },
});
/** Two calls of one reply. */
export const calls = ['Oslo', 'Lima'].map(callOf);

/** A server that calls two tools, then answers, and refuses a form of request. */
export function startServer(
  isRefused: (body: Body) => boolean,
  refusal: Answer,
): Promise<RoutedServer> {
  return startRoutedServer({}, (response, request) => {
    const body = request.body as unknown as Body;
    if (isRefused(body)) return refusal(response, request);
    const isOver = body.tools === undefined || body.messages.some(({ role }) => role === 'tool');
    const message = isOver ? { content: 'Both are fine.' } : { content: null, tool_calls: calls };
    const finish = isOver ? 'stop' : 'tool_calls';
    return body.stream
      ? streamsPieces(chunk(message), chunk({}, finish), done)(response, request)
      : answersJson(completion({ role: 'assistant', ...message }, finish))(response, request);
  });
}

/** An agent with a tool, at that server. */
export function agentAt(
  server: RoutedServer,
  options: Partial<OpenAICompatibleOptions> & { readonly settings?: ModelSettings } = {},
) {
  const { settings = {}, ...rest } = options;
  const events: RunEvent[] = [];
  const ran: string[] = [];
  const weather = tool({
    name: 'get_weather',
    description: 'Weather of a city.',
    parameters: z.object({ city: z.string() }),
    execute: ({ city }) => {
      ran.push(city);
      return 'fine';
    },
  });
  const model = openaiCompatible({
    baseURL: server.baseURL,
    model: 'some-model',
    retry: { maxRetries: 0 },
    ...rest,
  });
  const agent = new Agent({
    name: 'guide',
    instructions: 'Answer briefly.',
    model,
    tools: [weather],
    settings,
  });
  agent.on('event', (event) => void events.push(event));
  const changes = () => events.filter(({ type }) => type === 'dialect-changed');
  return { agent, ran, changes };
}

/** Whether the conversation has calls. */
export const hasCalls = ({ messages }: Body) =>
  messages.some((each) => each.tool_calls !== undefined);
/** Whether a message has no content. */
export const hasNull = ({ messages }: Body) => messages.some(({ content }) => content === null);
/** Whether the first message is a system message. */
export const hasSystem = ({ messages }: Body) => messages[0]?.role === 'system';
/** Whether a tool message has no name. */
export const lacksName = ({ messages }: Body) =>
  messages.some(({ role, name }) => role === 'tool' && name === undefined);
/** Whether a message has several calls. */
export const joinsCalls = ({ messages }: Body) =>
  messages.some(({ tool_calls: list = [] }) => list.length > 1);
/** Whether a request with tools is streamed. */
export const streamsTools = ({ stream, tools }: Body) => stream && tools !== undefined;
/** Whether a request has a field. */
export const has = (field: string) => (body: Body) => field in body;
