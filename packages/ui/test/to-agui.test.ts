import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpAgent, type RunAgentResult } from '@ag-ui/client';
import { EventType, type RunAgentInput } from '@ag-ui/core';
import { EventSchemas } from '@ag-ui/core/schemas';
import { expect, test } from '@jest/globals';
import { Agent, type Model, memorySessionStore, Session, type Tool, tool } from '@turnwise/core';
import {
  type AguiEvent,
  type AguiMessage,
  aguiDecisions,
  aguiResponse,
  toAgui,
  toNodeHandler,
} from '@turnwise/ui';
import { findOrder, refunds } from './support/desk-tools.ts';
import { calls, type PlayedReply, playedModel, texts, writes } from './support/played-model.ts';

interface Played {
  readonly client: HttpAgent;
  /** Every event that was sent, in order. */
  readonly sent: AguiEvent[];
  /** The text of all messages of the assistant, after each event. */
  readonly shown: string[];
  readonly run: (
    text?: string,
    resume?: RunAgentInput['resume'],
  ) => Promise<RunAgentResult & { readonly error?: unknown }>;
  readonly close: () => void;
}

/** Serves an agent to the client of AG-UI over HTTP, with the session on the server. */
async function serve(model: Model, tools: readonly Tool[] = []): Promise<Played> {
  const agent = new Agent({ name: 'desk', model, tools });
  const session = new Session({ store: memorySessionStore() });
  const sent: AguiEvent[] = [];
  const server = createServer(
    toNodeHandler(async (request) => {
      const input = (await request.json()) as RunAgentInput;
      const paused = await session.paused();
      const answers = input.resume ?? [];
      const text = String(input.messages.at(-1)?.content);
      const run =
        paused === undefined || answers.length === 0
          ? agent.stream(text, { session })
          : agent.resume(paused.state, {
              session,
              decisions: aguiDecisions(answers, paused.waiting),
            });
      const messages = input.messages as unknown as AguiMessage[];
      return aguiResponse(record(toAgui(run, { ...input, messages }), sent));
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const client = new HttpAgent({ url, threadId: 'ada' });
  const shown: string[] = [];
  client.subscribe({ onMessagesChanged: ({ messages }) => void shown.push(textsOf(messages)) });
  const run = async (text?: string, resume?: RunAgentInput['resume']) => {
    if (text !== undefined) client.addMessage({ id: `u-${text}`, role: 'user', content: text });
    return await client.runAgent(resume === undefined ? {} : { resume });
  };
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { client, sent, shown, run, close };
}

async function* record(events: ReadableStream<AguiEvent>, sent: AguiEvent[]) {
  for await (const event of events) {
    sent.push(event);
    yield event;
  }
}

function textsOf(
  messages: readonly { readonly role: string; readonly content?: unknown }[],
): string {
  return messages
    .flatMap(({ role, content }) => (role === 'assistant' && content ? [String(content)] : []))
    .join('|');
}

async function eventsOf(replies: readonly PlayedReply[], tools: readonly Tool[] = []) {
  const agent = new Agent({ name: 'desk', model: playedModel(...replies), tools });
  const events: AguiEvent[] = [];
  const input = { threadId: 't', runId: 'r', messages: [] };
  for await (const event of toAgui(agent.stream('Hello'), input)) events.push(event);
  return events;
}

const typesOf = (events: readonly AguiEvent[]) => events.map(({ type }) => type);

test('HttpAgent shows an answer while it is written', async () => {
  const { client, run, shown, close } = await serve(playedModel(writes('Good ', 'morning.')));
  await run('Hello');
  close();
  expect(shown).toEqual(expect.arrayContaining(['Good ', 'Good morning.']));
  expect(client.messages).toMatchObject([
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Good morning.' },
  ]);
});

test('HttpAgent shows calls and results, and text before a call is taken back', async () => {
  const replies = [
    calls(
      [['find_order', { order: 'A-1' }]],
      [{ type: 'reasoning-delta', text: 'Hm.' }, ...texts('It costs 10.')],
    ),
    writes('It costs 90.'),
  ];
  const { client, run, shown, close } = await serve(playedModel(...replies), [findOrder]);
  await run('What does A-1 cost?');
  close();
  expect(shown).toContain('It costs 10.');
  expect(client.messages).toMatchObject([
    { role: 'user' },
    { role: 'reasoning', content: 'Hm.' },
    { role: 'assistant', toolCalls: [{ id: '1.0', function: { arguments: '{"order":"A-1"}' } }] },
    { role: 'tool', toolCallId: '1.0', content: '{"order":"A-1","euros":90}' },
    { role: 'assistant', content: 'It costs 90.' },
  ]);
});

test('a paused run is an interrupt, and resume continues it with the decisions', async () => {
  const { made, refund } = refunds();
  const replies = [
    calls([
      ['refund', { order: 'A-1', euros: 90 }],
      ['refund', { order: 'A-2', euros: 70 }],
      ['refund', { order: 'A-3', euros: 60 }],
    ]),
    writes('Done.'),
  ];
  const { client, run, sent, close } = await serve(playedModel(...replies), [refund]);
  await run('Refund all.');
  const end = sent.at(-1);
  const interrupts =
    end?.type === 'RUN_FINISHED' && end.outcome.type === 'interrupt' ? end.outcome.interrupts : [];
  expect(interrupts).toMatchObject([
    { reason: 'approval', toolCallId: '1.0' },
    { reason: 'approval', toolCallId: '1.1' },
    { reason: 'approval', toolCallId: '1.2' },
  ]);
  const [first, second, third] = interrupts.map(({ id }) => id);
  await run(undefined, [
    { interruptId: first ?? '', status: 'resolved', payload: { approved: true } },
    {
      interruptId: second ?? '',
      status: 'resolved',
      payload: { kind: 'edit', arguments: { order: 'A-2', euros: 30 } },
    },
    { interruptId: third ?? '', status: 'cancelled' },
  ]);
  close();
  expect(made).toEqual(['A-1: 90', 'A-2: 30']);
  expect(textsOf(client.messages)).toBe('Done.');
  expect(client.messages.filter(({ role }) => role === 'tool')).toHaveLength(3);
});

test('an answer to a question continues its tool', async () => {
  const book = tool({
    name: 'book',
    description: 'Books a seat.',
    execute: async (_, { ask }) => `Seat ${await ask('Which seat?')}`,
  });
  const model = playedModel(calls([['book', {}]]), writes('Booked.'));
  const { client, run, sent, close } = await serve(model, [book]);
  await run('Book.');
  const end = sent.at(-1);
  if (end?.type !== 'RUN_FINISHED' || end.outcome.type !== 'interrupt')
    throw new Error('No pause.');
  const [asked] = end.outcome.interrupts;
  expect(asked).toMatchObject({ reason: 'question', metadata: { question: 'Which seat?' } });
  await run(undefined, [{ interruptId: asked?.id ?? '', status: 'resolved', payload: '12A' }]);
  close();
  expect(client.messages).toContainEqual(
    expect.objectContaining({ role: 'tool', content: 'Seat 12A' }),
  );
});

test('an answer to a call that does not wait is refused', async () => {
  const { refund } = refunds();
  const model = playedModel(calls([['refund', { order: 'A-1', euros: 90 }]]));
  const paused = await new Agent({ name: 'desk', model, tools: [refund] }).run('Refund it.');
  if (paused.status !== 'paused') throw new Error('It did not pause.');
  const answer = {
    interruptId: 'made-up',
    status: 'resolved',
    payload: { approved: true },
  } as const;
  expect(() => aguiDecisions([answer], paused.waiting)).toThrow('"made-up"');
});

test('a failure ends with RUN_ERROR, without its text and without the message of the error', async () => {
  const failing = new Promise<never>((_, reject) => setImmediate(reject, new Error('10.0.0.7')));
  failing.catch(() => undefined);
  const events = await eventsOf([{ ...writes('Half'), pieces: [...texts('Half'), failing] }]);
  expect(events.at(-1)).toEqual({
    type: 'RUN_ERROR',
    message: 'The agent could not answer (run_failed).',
    code: 'run_failed',
  });
  expect(events).toContainEqual({ type: 'MESSAGES_SNAPSHOT', messages: [] });
});

test('a run that is refused starts and ends with RUN_ERROR', async () => {
  const store = { ...memorySessionStore(), load: () => Promise.reject(new Error('No disk.')) };
  const agent = new Agent({ name: 'desk', model: playedModel(writes('Hi.')) });
  const run = agent.stream('Hi', { session: new Session({ store }) });
  const events: AguiEvent[] = [];
  const input = { threadId: 't', runId: 'r', messages: [] };
  for await (const event of toAgui(run, input)) events.push(event);
  expect(typesOf(events)).toEqual(['RUN_STARTED', 'RUN_ERROR']);
});

test('an aborted run is cancelled, and a limit is an error with its name', async () => {
  const reply = { ...writes('Half'), pieces: [...texts('Half'), new Promise(() => undefined)] };
  const run = new Agent({ name: 'desk', model: playedModel(reply) }).stream('Hello');
  const events: AguiEvent[] = [];
  for await (const event of toAgui(run, { threadId: 't', runId: 'r', messages: [] })) {
    events.push(event);
    if (event.type === 'TEXT_MESSAGE_CONTENT') run.abort();
  }
  expect(events.at(-1)).toMatchObject({ outcome: { type: 'cancelled' } });
  const model = playedModel(calls([['find_order', { order: 'A-1' }]]));
  const limited = new Agent({ name: 'desk', model, tools: [findOrder], limits: { maxSteps: 1 } });
  const stopped: AguiEvent[] = [];
  const input = { threadId: 't', runId: 'r', messages: [] };
  for await (const event of toAgui(limited.stream('Hi'), input)) stopped.push(event);
  expect(stopped.at(-1)).toMatchObject({ type: 'RUN_ERROR', code: 'max-steps' });
});

test('every event is one of AG-UI, and passes its schema', async () => {
  const count = tool({
    name: 'count',
    description: 'Counts.',
    execute: (_, { progress }) => {
      progress(1);
      return 'all';
    },
  });
  const { refund } = refunds();
  const events = await eventsOf(
    [
      calls([['count', {}]], [{ type: 'reasoning-delta', text: 'Hm.' }, ...texts('Wait.')]),
      calls([['refund', { order: 'A-1', euros: 90 }]]),
    ],
    [count, refund],
  );
  const known = Object.values(EventType) as string[];
  expect(typesOf(events).filter((type) => !known.includes(type))).toEqual([]);
  for (const event of events) expect(EventSchemas.parse(event)).toMatchObject({ type: event.type });
  expect(new Set(typesOf(events)).size).toBeGreaterThan(15);
});

test('an input without its ids is refused', () => {
  const run = new Agent({ name: 'desk', model: playedModel(writes('Hi.')) }).stream('Hello');
  expect(() => toAgui(run, { threadId: 't', messages: [] } as never)).toThrow('"runId"');
  const input = { threadId: 't', runId: 'r', messages: [] };
  expect(() => toAgui(run, input, { errorTxt: () => '' } as never)).toThrow('"errorText"');
});
