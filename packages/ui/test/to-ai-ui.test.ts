import { expect, test } from '@jest/globals';
import { Agent, type AgentRun, memorySessionStore, Session, type Tool, tool } from '@turnwise/core';
import { fails, scriptedModel } from '@turnwise/core/testing';
import { type AiUiChunk, aiUiResponse, toAiUi } from '@turnwise/ui';
import { uiMessageChunkSchema } from 'ai';
import { z } from 'zod';
import { findOrder, refunds } from './support/desk-tools.ts';
import { calls, type PlayedReply, playedModel, texts, writes } from './support/played-model.ts';
import { readMessage, shownText } from './support/read-message.ts';

function start(replies: readonly PlayedReply[], tools: readonly Tool[] = []): AgentRun {
  return new Agent({ name: 'desk', model: playedModel(...replies), tools }).stream('Hello');
}

async function chunksOf(stream: ReadableStream<AiUiChunk>): Promise<AiUiChunk[]> {
  const chunks: AiUiChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const typesOf = (chunks: readonly AiUiChunk[]) => chunks.map(({ type }) => type);

test('an answer is one text that grows', async () => {
  const chunks = await chunksOf(toAiUi(start([writes('Good ', 'morning.')]), { messageId: 'm' }));
  expect(chunks).toEqual([
    { type: 'start', messageId: 'm' },
    { type: 'start-step' },
    { type: 'text-start', id: 'text-1' },
    { type: 'text-delta', id: 'text-1', delta: 'Good ' },
    { type: 'text-delta', id: 'text-1', delta: 'morning.' },
    { type: 'text-end', id: 'text-1' },
    { type: 'finish-step' },
    { type: 'finish', finishReason: 'stop' },
  ]);
});

test('the id of a message is the id of its run', async () => {
  const run = start([writes('Hi.')]);
  const [first] = await chunksOf(toAiUi(run));
  expect(first).toEqual({ type: 'start', messageId: run.runId });
});

test('reasoning is shown before the text, or not at all', async () => {
  const reply: PlayedReply = {
    ...writes('42'),
    pieces: [{ type: 'reasoning-delta', text: 'Six times seven.' }, ...texts('42')],
    reasoning: 'Six times seven.',
  };
  const { last } = await readMessage(toAiUi(start([reply])));
  expect(last?.parts).toMatchObject([
    { type: 'step-start' },
    { type: 'reasoning', text: 'Six times seven.', state: 'done' },
    { type: 'text', text: '42', state: 'done' },
  ]);
  const hidden = await readMessage(toAiUi(start([reply]), { reasoning: false }));
  expect(hidden.last?.parts.map(({ type }) => type)).toEqual(['step-start', 'text']);
});

test('text before a call is shown while it is written, and taken back when the call follows', async () => {
  const replies = [
    calls([['find_order', { order: 'A-1' }]], texts('The order ', 'costs 10.')),
    writes('It costs 90.'),
  ];
  const { last, states, errors } = await readMessage(toAiUi(start(replies, [findOrder])));
  expect(errors).toEqual([]);
  expect(states.map(shownText)).toContain('The order costs 10.');
  expect(shownText(last)).toBe('It costs 90.');
  expect(last?.parts).toMatchObject([
    { type: 'step-start' },
    { type: 'tool-find_order', state: 'output-available', output: { order: 'A-1', euros: 90 } },
    { type: 'step-start' },
    { type: 'text', text: 'It costs 90.' },
  ]);
});

test('text of a reply that begins again is taken back', async () => {
  const broken = { type: 'stream-restarted', reason: 'The connection broke.' } as const;
  const reply = { ...writes('Right.'), pieces: [...texts('Wro'), broken, ...texts('Right.')] };
  const { last, states } = await readMessage(toAiUi(start([reply])));
  expect(states.map(shownText)).toEqual(expect.arrayContaining(['Wro', '', 'Right.']));
  expect(shownText(last)).toBe('Right.');
});

test('text of a reply that cannot be used is taken back', async () => {
  const unusable: PlayedReply = {
    pieces: texts('<broken>'),
    parsed: { kind: 'unusable', problem: 'It is broken.', fixes: [] },
  };
  const { last, states } = await readMessage(toAiUi(start([unusable, writes('Good.')])));
  expect(states.map(shownText)).toContain('<broken>');
  expect(shownText(last)).toBe('Good.');
});

test('text that differs from the answer is replaced by the answer', async () => {
  const reply: PlayedReply = {
    pieces: texts('One two'),
    parsed: { kind: 'text', text: 'One', fixes: [] },
  };
  const { last } = await readMessage(toAiUi(start([reply])));
  expect(shownText(last)).toBe('One');
});

test('a call is shown while its arguments are written', async () => {
  const replies = [calls([['find_order', { order: 'A-1' }]]), writes('Found.')];
  const chunks = await chunksOf(toAiUi(start(replies, [findOrder])));
  expect(typesOf(chunks)).toEqual([
    'start',
    'start-step',
    'tool-input-start',
    'tool-input-delta',
    'tool-input-available',
    'tool-output-available',
    'finish-step',
    'start-step',
    'text-start',
    'text-delta',
    'text-end',
    'finish-step',
    'finish',
  ]);
});

test('calls of a longer conversation are shown once, also if their place is not given', async () => {
  const agent = new Agent({
    name: 'desk',
    model: playedModel(
      writes('Hi.'),
      calls([['find_order', { order: 'A-1' }]], [{ type: 'reasoning-delta', text: 'Hm.' }]),
      writes('Found.'),
    ),
    tools: [findOrder],
  });
  const { transcript } = await agent.run('Hello');
  const { last } = await readMessage(toAiUi(agent.stream('Find A-1.', { transcript })));
  const tools = last?.parts.filter(({ type }) => type === 'tool-find_order');
  expect(tools).toMatchObject([{ toolCallId: '3.0', state: 'output-available' }]);
});

test('progress of a tool is a preliminary output', async () => {
  const count = tool({
    name: 'count',
    description: 'Counts.',
    execute: (_, { progress }) => {
      progress({ done: 1 });
      return 'all';
    },
  });
  const chunks = await chunksOf(toAiUi(start([calls([['count', {}]]), writes('Ok.')], [count])));
  const outputs = chunks.filter(({ type }) => type === 'tool-output-available');
  expect(outputs).toEqual([
    { type: 'tool-output-available', toolCallId: '1.0', output: { done: 1 }, preliminary: true },
    { type: 'tool-output-available', toolCallId: '1.0', output: 'all' },
  ]);
});

test('calls that cannot run are shown with the reason', async () => {
  const broken = tool({
    name: 'broken',
    description: 'Fails.',
    execute: () => {
      throw new Error('No paper.');
    },
  });
  const replies = [
    calls([
      ['broken', {}],
      ['unknown', {}],
    ]),
    writes('Sorry.'),
  ];
  const { last, errors } = await readMessage(toAiUi(start(replies, [broken])));
  expect(errors).toEqual([]);
  expect(last?.parts.slice(1, 3)).toMatchObject([
    { type: 'tool-broken', state: 'output-error', errorText: expect.stringContaining('No paper.') },
    { type: 'tool-unknown', state: 'output-error', errorText: expect.stringContaining('unknown') },
  ]);
});

test('arguments that cannot be read are shown as they were written', async () => {
  const unreadable = { text: '{"order": ', problem: 'The JSON ends too early.' };
  const reply: PlayedReply = {
    parsed: {
      kind: 'calls',
      calls: [{ name: 'find_order', arguments: {}, unreadable }],
      fixes: [],
    },
  };
  const chunks = await chunksOf(
    toAiUi(start([reply, reply, reply, reply, writes('Sorry.')], [findOrder])),
  );
  expect(chunks).toContainEqual({
    type: 'tool-input-error',
    toolCallId: '1.0',
    toolName: 'find_order',
    input: '{"order": ',
    errorText: 'The JSON ends too early.',
  });
});

test('`output` decides what is shown of a result', async () => {
  const replies = [calls([['find_order', { order: 'A-1' }]]), writes('Found.')];
  const run = start(replies, [findOrder]);
  const { last } = await readMessage(toAiUi(run, { output: ({ name }) => `${name} ran` }));
  expect(last?.parts[1]).toMatchObject({ output: 'find_order ran' });
});

test('a paused run shows what waits, and its continuation completes the same message', async () => {
  const { made, refund } = refunds();
  const agent = new Agent({
    name: 'desk',
    model: playedModel(
      calls([
        ['refund', { order: 'A-1', euros: 20 }],
        ['refund', { order: 'A-2', euros: 90 }],
        ['refund', { order: 'A-3', euros: 70 }],
        ['refund', { order: 'A-4', euros: 60 }],
      ]),
      writes('Done.'),
    ),
    tools: [refund],
  });
  const run = agent.stream('Refund all.');
  const first = await readMessage(toAiUi(run));
  const paused = await run.result;
  if (paused.status !== 'paused') throw new Error('It did not pause.');
  const { waiting } = paused;
  expect(first.last?.parts.slice(1)).toMatchObject([
    { state: 'output-available', output: 'Refunded 20 euros.' },
    { state: 'approval-requested', approval: { id: waiting[0].fingerprint } },
    { state: 'approval-requested' },
    { state: 'approval-requested' },
  ]);
  const resumed = agent.resume(paused.state, {
    decisions: {
      '1.1': { kind: 'approve' },
      '1.2': { kind: 'edit', arguments: { order: 'A-3', euros: 55 } },
      '1.3': { kind: 'deny', reason: 'Too late.' },
    },
  });
  const options = { messageId: run.runId, waiting };
  const second = await readMessage(toAiUi(resumed, options), first.last);
  expect(second.errors).toEqual([]);
  expect(second.last?.id).toBe(first.last?.id);
  expect(second.last?.parts).toMatchObject([
    { type: 'step-start' },
    { toolCallId: '1.0', state: 'output-available' },
    { toolCallId: '1.1', state: 'output-available', approval: { approved: true } },
    { toolCallId: '1.2', state: 'output-available', input: { euros: 55 } },
    { toolCallId: '1.3', state: 'output-denied', approval: { reason: 'Too late.' } },
    { type: 'step-start' },
    { type: 'text', text: 'Done.' },
  ]);
  expect(second.last?.parts).toHaveLength(7);
  expect(made).toEqual(['A-1: 20', 'A-2: 90', 'A-3: 55']);
});

test('a continuation can be shown without the message before it', async () => {
  const { refund } = refunds();
  const model = playedModel(calls([['refund', { order: 'A-2', euros: 90 }]]), writes('Done.'));
  const agent = new Agent({ name: 'desk', model, tools: [refund] });
  const paused = await agent.run('Refund it.');
  if (paused.status !== 'paused') throw new Error('It did not pause.');
  const resumed = agent.resume(paused.state, { decisions: { '1.0': { kind: 'approve' } } });
  const { last, errors } = await readMessage(toAiUi(resumed, { waiting: paused.waiting }));
  expect(errors).toEqual([]);
  expect(last?.parts).toMatchObject([
    { type: 'tool-refund', state: 'output-available', approval: { approved: true } },
    { type: 'step-start' },
    { type: 'text', text: 'Done.' },
  ]);
});

test('a question of a tool is data, and is closed by its answer', async () => {
  const book = tool({
    name: 'book',
    description: 'Books a seat.',
    execute: async (_, { ask }) => `Seat ${await ask('Which seat?')}`,
  });
  const model = playedModel(calls([['book', {}]]), writes('Booked.'));
  const agent = new Agent({ name: 'trains', model, tools: [book] });
  const run = agent.stream('Book.');
  const first = await readMessage(toAiUi(run));
  const paused = await run.result;
  if (paused.status !== 'paused') throw new Error('It did not pause.');
  expect(first.last?.parts.slice(1)).toMatchObject([
    { type: 'tool-book', state: 'input-available' },
    { type: 'data-waiting', data: { callId: '1.0', question: 'Which seat?', isDecided: false } },
  ]);
  const decisions = { '1.0': { kind: 'answer', value: '12A' } } as const;
  const resumed = agent.resume(paused.state, { decisions });
  const second = await readMessage(toAiUi(resumed, { waiting: paused.waiting }), first.last);
  expect(second.last?.parts.slice(1, 3)).toMatchObject([
    { type: 'tool-book', state: 'output-available', output: 'Seat 12A' },
    { type: 'data-waiting', data: { isDecided: true } },
  ]);
});

test('an input during the run is shown between the steps', async () => {
  const steer = tool({
    name: 'steer',
    description: 'Steers.',
    execute: () => {
      run.steer('In French, please.');
      return 'ok';
    },
  });
  const run = start([calls([['steer', {}]]), writes('Bonjour.')], [steer]);
  const { last, errors } = await readMessage(toAiUi(run));
  expect(errors).toEqual([]);
  expect(last?.parts).toContainEqual({
    type: 'steering-message',
    id: 'steering-1',
    parts: [{ type: 'text', text: 'In French, please.' }],
  });
  expect(shownText(last)).toBe('Bonjour.');
});

test('the value of an answer with a schema is data that grows', async () => {
  const agent = new Agent({
    name: 'desk',
    model: playedModel(writes('{"city":', '"Rome"}')),
    output: z.object({ city: z.string() }),
  });
  const { last } = await readMessage(toAiUi(agent.stream('Where?')));
  expect(last?.parts).toContainEqual({ type: 'data-output', id: 'output', data: { city: 'Rome' } });
});

test('a failure takes back its text and hides the message of the error', async () => {
  const failing = new Promise<never>((_, reject) => setImmediate(reject, new Error('10.0.0.7')));
  failing.catch(() => undefined);
  const reply = { ...writes('Half'), pieces: [...texts('Half'), failing] };
  const { last, errors } = await readMessage(toAiUi(start([reply])));
  expect(errors).toEqual(['The agent could not answer (run_failed).']);
  expect(shownText(last)).toBe('');
  const seen: string[] = [];
  const shown = await readMessage(
    toAiUi(new Agent({ name: 'a', model: scriptedModel([fails(new Error('x'))]) }).stream('Hi'), {
      errorText: ({ code }) => {
        seen.push(code);
        return 'Please try again.';
      },
    }),
  );
  expect(shown.errors).toEqual(['Please try again.']);
  expect(seen).toEqual(['run_failed']);
});

test('a run that is refused is an error too', async () => {
  const store = {
    ...memorySessionStore(),
    load: () => Promise.reject(new Error('The disk is full.')),
  };
  const agent = new Agent({ name: 'desk', model: playedModel(writes('Hi.')) });
  const chunks = await chunksOf(toAiUi(agent.stream('Hello', { session: new Session({ store }) })));
  expect(typesOf(chunks)).toEqual(['error']);
});

test('an aborted run keeps its text and ends with abort', async () => {
  const reply = { ...writes('Half'), pieces: [...texts('Half'), new Promise(() => undefined)] };
  const run = start([reply]);
  const chunks: AiUiChunk[] = [];
  for await (const chunk of toAiUi(run)) {
    chunks.push(chunk);
    if (chunk.type === 'text-delta') run.abort();
  }
  expect(typesOf(chunks).slice(-4)).toEqual(['text-delta', 'text-end', 'finish-step', 'abort']);
});

test('a limit ends the message with its name', async () => {
  const model = playedModel(calls([['find_order', { order: 'A-1' }]]));
  const limits = { maxSteps: 1 };
  const agent = new Agent({ name: 'desk', model, tools: [findOrder], limits });
  const chunks = await chunksOf(toAiUi(agent.stream('Find it.')));
  expect(chunks.at(-1)).toEqual({
    type: 'finish',
    finishReason: 'other',
    messageMetadata: { stopReason: 'max-steps' },
  });
});

test('cancelling the stream aborts the run', async () => {
  const reply = { ...writes('Half'), pieces: [...texts('Half'), new Promise(() => undefined)] };
  const run = start([reply]);
  const reader = toAiUi(run).getReader();
  await reader.read();
  await reader.cancel();
  expect(await run.result).toMatchObject({ status: 'stopped', reason: 'aborted' });
});

test('every chunk passes the schema of the AI SDK', async () => {
  const { refund } = refunds();
  const replies = [
    calls(
      [
        ['refund', { order: 'A-1', euros: 20 }],
        ['refund', { order: 'A-2', euros: 90 }],
      ],
      [{ type: 'reasoning-delta', text: 'Hm.' }, ...texts('Wait.')],
    ),
  ];
  const schema = await uiMessageChunkSchema();
  for (const chunk of await chunksOf(toAiUi(start(replies, [refund])))) {
    expect(await schema.validate?.(chunk)).toMatchObject({ success: true });
  }
});

test('aiUiResponse is a stream of server-sent events with the header of the protocol', async () => {
  const response = aiUiResponse(toAiUi(start([writes('Hi.')]), { messageId: 'm' }));
  expect(response.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1');
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const body = await response.text();
  expect(body).toMatch(/^data: \{"type":"start","messageId":"m"\}\n\n/);
  expect(body).toMatch(/\n\ndata: \[DONE\]\n\n$/);
});

test('unknown options are refused by name', () => {
  const run = start([writes('Hi.')]);
  expect(() => toAiUi(run, { messageID: 'm' } as never)).toThrow(
    'Unknown option "messageID" in toAiUi(). Did you mean "messageId"?',
  );
});
