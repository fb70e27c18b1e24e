import { expect, test } from '@jest/globals';
import { type AiSdkTool, aiSdkTools, langchainTools } from '@turnwise/ai-sdk';
import { Agent, type JsonObject, type RunEvent, type Tool } from '@turnwise/core';
import { callsTool, says, scriptedModel } from '@turnwise/core/testing';
import { tool as aiSdkTool } from 'ai';
import { z } from 'zod';

async function play(tools: readonly Tool[], name: string, input: JsonObject) {
  const model = scriptedModel([callsTool(name, input), says('Done.')]);
  const agent = new Agent({ name: 'guide', model, tools });
  const events: RunEvent[] = [];
  const run = agent.stream('Go.');
  for await (const event of run) events.push(event);
  const result = await run.result;
  return { events, result, call: result.steps[0]?.calls[0] };
}

const playAiSdk = (source: AiSdkTool, input: JsonObject = { city: 'Rome' }) =>
  play(aiSdkTools({ weather: source }), 'weather', input);

test('the value of an AI SDK tool goes to the model as JSON and to the program as it is', async () => {
  const seen: unknown[] = [];
  const { call } = await playAiSdk({
    description: 'Gets the weather.',
    inputSchema: z.object({ city: z.string() }),
    execute: (input: { city: string }, { toolCallId }: { toolCallId: string }) => {
      seen.push(input, toolCallId);
      return { degrees: 21 };
    },
  });
  expect(seen).toEqual([{ city: 'Rome' }, '1.0']);
  expect(call?.result).toMatchObject({ status: 'ok', forApp: { degrees: 21 } });
});

test('its input is checked before it runs', async () => {
  const { call } = await playAiSdk(
    { inputSchema: z.object({ city: z.string() }), execute: () => 'never' },
    { city: 1 },
  );
  expect(call?.status).toBe('invalid-arguments');
});

test('values that it yields are progress, and the last one is the result', async () => {
  const { call, events } = await playAiSdk({
    inputSchema: z.object({ city: z.string() }),
    execute: async function* () {
      yield 'looking';
      yield 'reading';
      yield '21 degrees';
    },
  });
  const progress = events.flatMap((each) =>
    each.type === 'tool-progressed' ? [each.progress] : [],
  );
  expect(progress).toEqual(['looking', 'reading']);
  expect(call?.result.parts).toEqual([{ type: 'text', text: '21 degrees' }]);
});

test('the model gets what toModelOutput returns, and the program gets the output', async () => {
  const base = { inputSchema: z.object({ city: z.string() }), execute: () => ({ degrees: 21 }) };
  const { call } = await playAiSdk({
    ...base,
    toModelOutput: ({ output }: { output: { degrees: number } }) => ({
      type: 'text',
      value: `It is ${output.degrees}.`,
    }),
  });
  expect(call?.result).toMatchObject({
    parts: [{ type: 'text', text: 'It is 21.' }],
    forApp: { degrees: 21 },
  });
  const failed = await playAiSdk({
    ...base,
    toModelOutput: () => ({ type: 'error-text', value: 'There is no such city.' }),
  });
  expect(failed.call?.status).toBe('error');
});

test('needsApproval pauses the run, also as a function of the input', async () => {
  const needsApproval = ({ city }: { city: string }) => city === 'Rome';
  const source = { inputSchema: z.object({ city: z.string() }), needsApproval, execute: () => 1 };
  expect((await playAiSdk(source)).result.status).toBe('paused');
  expect((await playAiSdk(source, { city: 'Oslo' })).result.status).toBe('completed');
});

test('a tool without execute pauses the run, and the answer is its output', async () => {
  const tools = aiSdkTools({
    locate: aiSdkTool({ description: 'Where the user is.', inputSchema: z.object({}) }),
  });
  const model = scriptedModel([callsTool('locate', {}), says('You are in Rome.')]);
  const agent = new Agent({ name: 'guide', model, tools });
  const paused = await agent.run('Where am I?');
  if (paused.status !== 'paused') throw new Error(paused.status);
  const [{ callId, kind }] = paused.waiting;
  expect(kind).toBe('outside');
  const decisions = { [callId]: { kind: 'answer', value: { city: 'Rome' } } } as const;
  const { steps } = await agent.resume(paused.state, { decisions }).result;
  expect(steps[0]?.calls[0]?.result).toMatchObject({ status: 'ok', forApp: { city: 'Rome' } });
});

test('a tool without execute that needs an approval waits for it first', async () => {
  const tools = aiSdkTools({
    pay: aiSdkTool({ inputSchema: z.object({ euros: z.number() }), needsApproval: true }),
  });
  const model = scriptedModel([callsTool('pay', { euros: 5 }), says('Paid.')]);
  const agent = new Agent({ name: 'guide', model, tools });
  const asked = await agent.run('Pay.');
  expect(asked).toMatchObject({ status: 'paused', waiting: [{ kind: 'approval' }] });
  const approved = await agent.resume(asked.state, {
    decisions: { '1.0': { kind: 'approve' } },
  }).result;
  expect(approved).toMatchObject({ status: 'paused', waiting: [{ kind: 'outside' }] });
  const done = await agent.resume(approved.state, {
    decisions: { '1.0': { kind: 'answer', value: 'paid by card' } },
  }).result;
  expect(done.status).toBe('completed');
});

test('the approval of a real tool gets the validated input, the id of the call and the context', async () => {
  const seen: unknown[] = [];
  const pay = aiSdkTool({
    inputSchema: z.object({ euros: z.number().default(7) }),
    needsApproval: ({ euros }, { toolCallId }) => {
      seen.push(euros, toolCallId);
      return euros > 5;
    },
    execute: ({ euros }) => `Paid ${euros}.`,
  });
  const { result } = await play(aiSdkTools({ pay }), 'pay', {});
  expect(result.status).toBe('paused');
  expect(seen).toEqual([7, '1.0']);
});

test('a tool that the provider executes is refused by name', () => {
  const search = { type: 'provider', id: 'lab.search', args: {}, inputSchema: z.object({}) };
  expect(() => aiSdkTools({ search })).toThrow(/"search"/);
});

test('of a LangChain tool the model gets the content, and the program gets the artifact', async () => {
  const source = {
    name: 'search',
    description: 'Searches.',
    schema: z.object({ query: z.string() }),
    // The message that a tool of LangChain returns for a whole call.
    invoke: async ({ id, args }: { id: string; args: { query: string } }) => ({
      lc: 1,
      type: 'constructor',
      id: ['langchain_core', 'messages', 'ToolMessage'],
      kwargs: {
        content: `1 result for ${args.query}`,
        artifact: { hits: 1 },
        tool_call_id: id,
        status: 'success',
      },
    }),
  };
  const { call } = await play(langchainTools([source]), 'search', { query: 'rain' });
  expect(call?.result).toMatchObject({
    status: 'ok',
    parts: [{ type: 'text', text: '1 result for rain' }],
    forApp: { hits: 1 },
  });
});
