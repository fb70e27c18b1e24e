import { Agent } from '../../src/agent/agent.ts';
import type { Fix } from '../../src/dialect/fix.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import type { DialectName } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import type { AnySchema } from '../../src/schema/convert/to-schema.ts';
import { tool } from '../../src/tool/tool.ts';
import type { ToolResult } from '../../src/turns/turn.ts';
import {
  type Answer,
  answersJson,
  chunk,
  completion,
  done,
  startModelServer,
  streamsPieces,
} from './model-server.ts';

/** What a model sends, and how. */
export interface CallToPlay {
  readonly parameters: AnySchema;
  /** The arguments of the call: JSON text, or the text between the brackets in the prompted dialect. */
  readonly written: string;
  readonly dialect?: DialectName;
  readonly stream?: boolean;
}

/** The outcome of a call. */
export interface PlayedCall {
  /** The inputs that the tool got. */
  readonly inputs: readonly unknown[];
  /** The first result; `undefined` if the call was never a call. */
  readonly result: ToolResult | undefined;
  /** The text of the first result. */
  readonly text: string;
  readonly fixes: readonly Fix[];
  readonly events: readonly RunEvent[];
  readonly requests: number;
}

/** Makes a real server send a call of the tool `f`, in a dialect of Gemma 3; an answer follows every result. */
export async function playCall({
  parameters,
  written,
  dialect = 'native',
  stream = false,
}: CallToPlay): Promise<PlayedCall> {
  const inputs: unknown[] = [];
  let firstLength = 0;
  const answer: Answer = async (response, request) => {
    const { length } = request.body.messages as readonly unknown[];
    firstLength ||= length;
    const isCall = length === firstLength && server.requests.length < 4;
    const message = isCall ? callIn(dialect, written) : answerIn(dialect);
    const isStreamed = request.body.stream === true;
    const finish = 'tool_calls' in message ? 'tool_calls' : 'stop';
    await (isStreamed
      ? streamsPieces(chunk(streamed(message), finish), done)(response, request)
      : answersJson(completion({ role: 'assistant', ...message }, finish))(response, request));
  };
  await using server = await startModelServer(answer);
  const agent = new Agent({
    name: 'caller',
    model: openaiCompatible({
      model: 'any',
      baseURL: server.baseURL,
      profile: profiles.gemma3,
      dialect,
    }),
    tools: [
      tool({
        name: 'f',
        description: 'Takes arguments.',
        parameters,
        execute: (input: unknown) => {
          inputs.push(input);
          return 'taken';
        },
      }),
    ],
    limits: { maxSteps: 4 },
  });
  const events: RunEvent[] = [];
  agent.on('event', (event) => events.push(event));
  const { transcript, fixes } = stream ? await agent.stream('Go.').result : await agent.run('Go.');
  const results = transcript.turns.flatMap((turn) => (turn.role === 'tool' ? turn.results : []));
  const [part] = results[0]?.parts ?? [];
  return {
    inputs,
    result: results[0],
    text: part?.type === 'text' ? part.text : '',
    fixes,
    events,
    requests: server.requests.length,
  };
}

type Message = { readonly content: string | null; readonly tool_calls?: readonly object[] };

function callIn(dialect: DialectName, written: string): Message {
  switch (dialect) {
    case 'native': {
      const call = { id: 'a', type: 'function', function: { name: 'f', arguments: written } };
      return { content: null, tool_calls: [call] };
    }
    case 'guided':
      return { content: `{"calls":[{"name":"f","arguments":${written}}]}` };
    case 'prompted':
      return { content: `[f(${written})]` };
  }
}

function answerIn(dialect: DialectName): Message {
  return { content: dialect === 'guided' ? '{"answer":"Done."}' : 'Done.' };
}

function streamed({ content, tool_calls }: Message): Record<string, unknown> {
  if (tool_calls === undefined) return { content };
  return { tool_calls: tool_calls.map((call, index) => ({ index, ...call })) };
}
