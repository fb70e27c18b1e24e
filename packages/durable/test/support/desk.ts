import { Agent, type Model, tool } from '@turnwise/core';
import type { ModelReply, ModelRequest } from '@turnwise/core/model';
import type { DurableAgent } from '@turnwise/durable';
import { z } from 'zod';

/** Counts what the tools and the model of a desk did. */
export interface DeskLog {
  readonly done: string[];
  requests: number;
}

/** The calls of one reply, or the text of an answer. */
export type Reply = string | readonly (readonly [name: string, input: Record<string, unknown>])[];

/** The replies of a model that looks up an order and pays two of them. */
export const twoPayments: readonly Reply[] = [
  [
    ['look', { order: 'A' }],
    ['pay', { order: 'A', euros: 20 }],
  ],
  [['pay', { order: 'B', euros: 90 }]],
  'Both are paid.',
];

/**
 * A model that is a function of the conversation: the reply at a place of the script depends on the number of turns of the model so
 * far, so that it answers the same in another process. The last reply is repeated.
 */
export function modelOf(
  script: readonly Reply[],
  { log, onRequest, replyOf }: DeskOptions = {},
): Model {
  return {
    id: 'scripted',
    async *request({ transcript }: ModelRequest, signal) {
      signal.throwIfAborted();
      const place = transcript.turns.filter(({ role }) => role === 'assistant').length;
      if (log !== undefined) log.requests += 1;
      onRequest?.(place + 1);
      if (place >= script.length - 1 && replyOf !== undefined) return toReply(replyOf());
      return toReply(script[Math.min(place, script.length - 1)] ?? '');
    },
  };
}

function toReply(reply: Reply): ModelReply {
  const usage = { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0 };
  const finishReason = typeof reply === 'string' ? 'stop' : 'tool-calls';
  const calls =
    typeof reply === 'string' ? [] : reply.map(([name, input]) => ({ name, arguments: input }));
  const parsed =
    typeof reply === 'string'
      ? { kind: 'text', text: reply, fixes: [] }
      : { kind: 'calls', calls, fixes: [] };
  const raw = {
    text: typeof reply === 'string' ? reply : '',
    reasoning: '',
    calls: [],
    finishReason,
    usage,
  };
  return { parsed, raw, usage, finishReason, dialect: 'native' } as unknown as ModelReply;
}

/** What a desk does differently. */
export interface DeskOptions {
  readonly log?: DeskLog;
  readonly instructions?: string;
  /** The name of a tool that the agent does not have. */
  readonly without?: string;
  /** Called before a tool does its work. */
  readonly before?: (name: string, signal: AbortSignal, callId: string) => void | Promise<void>;
  /** The number of tools that run at once. */
  readonly maxParallelTools?: number;
  /** Replaces the last reply. */
  readonly replyOf?: () => string;
  /** Called for each request, with the number of its step. */
  readonly onRequest?: (step: number) => void;
}

/** An agent with a tool that may run again (`look`), one that may not (`pay`, with approval above 50), and one that waits outside. */
export function desk(script: readonly Reply[], options: DeskOptions = {}) {
  const { log, instructions = 'Be brief.', before, maxParallelTools } = options;
  const order = z.object({ order: z.string() });
  const look = tool({
    name: 'look',
    description: 'Looks an order up.',
    parameters: order,
    repeat: 'safe',
    execute: async ({ order }, { signal, callId }) => {
      await before?.('look', signal, callId);
      log?.done.push(`look ${order}`);
      return { order, state: 'paid' };
    },
  });
  const pay = tool({
    name: 'pay',
    description: 'Pays an order.',
    parameters: z.object({ order: z.string(), euros: z.number() }),
    needsApproval: ({ euros }) => euros > 50,
    execute: async ({ order, euros }, { signal, idempotencyKey, callId }) => {
      await before?.('pay', signal, callId);
      log?.done.push(`pay ${order} ${euros} ${idempotencyKey}`);
      return `Paid ${euros}.`;
    },
  });
  const agent = new Agent({
    name: 'desk',
    instructions,
    model: modelOf(script, options),
    tools: [look, pay].filter(({ name }) => name !== options.without),
    limits: { maxParallelTools },
  });
  return { agent } satisfies DurableAgent;
}
