import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentOptions } from '../../src/agent/agent-options.ts';
import type { Fix } from '../../src/dialect/fix.ts';
import { ModelError } from '../../src/errors.ts';
import {
  type OpenAICompatibleOptions,
  openaiCompatible,
} from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import type { Turn } from '../../src/turns/turn.ts';
import {
  type Answer,
  answersJson,
  done,
  event,
  startModelServer,
  streamsPieces,
} from './model-server.ts';

/** A reply as a server may send it, independent of streaming. */
export interface ServerReply {
  /** The message. In a stream its fields become deltas. */
  readonly message: Readonly<Record<string, unknown>>;
  /** Any value, as servers send any. @default 'stop' */
  readonly finish?: unknown;
  readonly usage?: unknown;
  /** More fields of the choice, such as `error`. */
  readonly choice?: Readonly<Record<string, unknown>>;
}

/** How a run against a raw server is set up. */
export interface RawServerRun {
  /** Whether the reply is requested as a stream. */
  readonly streamed: boolean;
  readonly model?: Partial<OpenAICompatibleOptions>;
  readonly agent?: Partial<AgentOptions<unknown>>;
  /** @default 'Read a.txt.' */
  readonly input?: string;
  /** Called for each text of `textStream`. */
  readonly onText?: () => void;
}

/** How the run ended. */
export interface RawServerOutcome {
  readonly status: 'completed' | 'stopped' | 'paused' | 'failed';
  readonly output?: unknown;
  readonly usage?: unknown;
  readonly error?: ModelError;
  readonly fixes: readonly Fix[];
  /** Every turn that was added. */
  readonly turns: readonly Turn[];
  /** The executed calls. */
  readonly executed: readonly string[];
  /** Everything that `textStream` yielded, if the run was streamed. */
  readonly streamedText: string;
  /** The `stream` field of every request. */
  readonly requests: readonly unknown[];
  /** The messages of every request. */
  readonly messages: readonly unknown[];
}

/** Runs an agent with the tools `read_file` and `list_files` against a server that sends the replies in order. */
export async function runOnRawServer(
  replies: readonly (ServerReply | Answer)[],
  { streamed, model, agent: options, input = 'Read a.txt.', onText }: RawServerRun,
): Promise<RawServerOutcome> {
  await using server = await startModelServer(...replies.map(toAnswer));
  const executed: string[] = [];
  const agent = new Agent({
    tools: fileTools(executed),
    ...options,
    name: 'raw',
    model: openaiCompatible({
      baseURL: server.baseURL,
      model: 'qwen-3',
      profile: 'qwen-3',
      retry: { firstDelayMs: 0 },
      ...model,
    }),
  });
  const fixes: Fix[] = [];
  agent.on('turn-fixed', ({ fix }) => fixes.push(fix));
  const turns: Turn[] = [];
  agent.on('assistant-turn-added', ({ turn }) => turns.push(turn));
  let streamedText = '';
  const finish = async () => {
    if (!streamed) return agent.run(input);
    const run = agent.stream(input);
    for await (const piece of run.textStream) {
      streamedText += piece;
      onText?.();
    }
    return run.result;
  };
  const end = await finish().catch((error: unknown) => {
    if (error instanceof ModelError) return { status: 'failed', error } as const;
    throw error;
  });
  const requests = server.requests.map(({ body }) => body.stream);
  const messages = server.requests.map(({ body }) => body.messages);
  return { ...end, turns, fixes, executed, streamedText, requests, messages };
}

function fileTools(executed: string[]) {
  const parameters = z.object({ path: z.string() });
  return [
    tool({
      name: 'read_file',
      description: 'Reads a file.',
      parameters,
      execute: ({ path }) => {
        executed.push(`read_file ${path}`);
        return `content of ${path}`;
      },
    }),
    tool({
      name: 'list_files',
      description: 'Lists the files.',
      parameters: z.object({}),
      execute: () => {
        executed.push('list_files');
        return 'a.txt';
      },
    }),
  ];
}

/** A call in `tool_calls`. */
export function wireCall(name: string, input: object | string, id = 'x'): object {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return { id, type: 'function', function: { name, arguments: text } };
}

function toAnswer(reply: ServerReply | Answer): Answer {
  if (typeof reply === 'function') return reply;
  return (response, request) => {
    const answer = request.body.stream === true ? streamOf(reply) : wholeOf(reply);
    return answer(response, request);
  };
}

const defaultUsage = { prompt_tokens: 20, completion_tokens: 5 };

function wholeOf({ message, finish = 'stop', usage = defaultUsage, choice }: ServerReply): Answer {
  const whole = { role: 'assistant', ...message };
  const choices = [{ index: 0, message: whole, finish_reason: finish, ...choice }];
  return answersJson({ id: 'r1', object: 'chat.completion', choices, usage });
}

/** Sends each field and each call in a chunk of its own. */
function streamOf({ message, finish = 'stop', usage = defaultUsage, choice }: ServerReply): Answer {
  const deltas = Object.entries(message).flatMap(([name, value]): object[] =>
    name === 'tool_calls' && Array.isArray(value)
      ? value.map((call, index) => ({ tool_calls: [isObject(call) ? { index, ...call } : call] }))
      : [{ [name]: value }],
  );
  const chunkOf = (delta: object, more: object = {}) =>
    event({ choices: [{ index: 0, delta, finish_reason: null, ...more }] });
  return streamsPieces(
    ...[{ role: 'assistant' }, ...deltas].map((delta) => chunkOf(delta)),
    chunkOf({}, { finish_reason: finish, ...choice }),
    event({ choices: [], usage }) + done,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
