import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { createDialect } from '../../src/dialect/create-dialect.ts';
import { dialectModel } from '../../src/model/dialect-model.ts';
import { profiles } from '../../src/profile/profiles.ts';
import type { RunEvent } from '../../src/run/run-event.ts';
import { tool } from '../../src/tool/tool.ts';
import {
  rawCalls,
  rawText,
  scriptedTransport,
  type WireReply,
} from '../support/scripted-transport.ts';

const { gemma3 } = profiles;

interface Told {
  readonly ran: readonly unknown[];
  readonly events: readonly RunEvent[];
  readonly requests: readonly { readonly stream: boolean }[];
  readonly end: unknown;
  readonly fixes: readonly unknown[];
}

/** Runs an agent on Gemma 3 with a tool `add` against raw replies of a server. */
async function play(...script: readonly WireReply[]): Promise<Told> {
  const transport = scriptedTransport(script);
  const model = dialectModel({ transport, profile: gemma3, dialect: createDialect(gemma3) });
  const ran: unknown[] = [];
  const add = tool({
    name: 'add',
    description: 'Adds.',
    parameters: z.object({ a: z.number(), b: z.number().default(0) }),
    execute: (input) => {
      ran.push(input);
      return input.a + input.b;
    },
  });
  const events: RunEvent[] = [];
  const run = new Agent({ name: 'a', model, tools: [add] }).stream('1 + 2?');
  for await (const event of run) events.push(event);
  const end = await run.result.catch((error: unknown) => error);
  const fixes = events.flatMap((event) => (event.type === 'turn-fixed' ? [event.fix] : []));
  return { ran, events, requests: transport.requests, end, fixes };
}

describe('a reply that cannot be used', () => {
  test.each<[string, WireReply]>([
    ['is empty', rawText('')],
    ['is white space', rawText(' \n')],
    ['is empty at the output limit', rawText('', 'length')],
    ['has arguments that were broken off', rawCalls([['add', '{"a": 1']])],
    ['has arguments that are no object', rawCalls([['add', '[1, 2]']])],
    [
      'has whole arguments, but was cut',
      rawCalls([['add', '{"a":1}']], { finishReason: 'length' }),
    ],
    ['has a call in its text that was broken off', rawText('[add(a=1')],
  ])('because it %s is asked for once more, whole', async (_why, reply) => {
    const { end, requests, fixes, ran } = await play(
      reply,
      rawCalls([['add', '{"a":1}']]),
      rawText('1'),
    );
    expect(end).toMatchObject({ status: 'completed', output: '1' });
    expect(requests.map(({ stream }) => stream)).toEqual([true, false, true]);
    expect(fixes).toMatchObject([{ kind: 'asked-again' }]);
    expect(ran).toEqual([{ a: 1, b: 0 }]);
  });

  test('says in the fix what it said, calls that could not be read included', async () => {
    const { fixes } = await play(rawCalls([['add', '{"a": 1']], { text: 'Let me see.' }));
    expect(fixes).toMatchObject([{ kind: 'asked-again', text: 'Let me see.\nadd({"a": 1)' }]);
  });

  test('twice, because it is empty, fails the run', async () => {
    const { end, events, requests } = await play(rawText(''), rawText(''));
    expect(end).toMatchObject({ code: 'model_output', state: { v: 1 } });
    expect(requests).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'run-failed', error: { code: 'model_output' } });
  });

  test('twice, because its arguments cannot be read, goes back to the model as a result', async () => {
    const broken = rawCalls([['add', '{"a": ']]);
    const { end, ran } = await play(broken, broken, rawText('Sorry.'));
    expect(end).toMatchObject({ status: 'completed', output: 'Sorry.' });
    expect(end).toMatchObject({ steps: [{ calls: [{ status: 'invalid-arguments' }] }, {}] });
    expect(ran).toEqual([]);
  });
});

describe('a reply that can be used in part', () => {
  test('of text and calls keeps the calls, and says what was dropped', async () => {
    const mixed = rawCalls([['add', '{"a":1,"b":2}']], { text: 'Let me see.' });
    const { end, fixes, ran } = await play(mixed, rawText('3'));
    expect(end).toMatchObject({ status: 'completed', output: '3' });
    expect(fixes).toEqual([{ kind: 'dropped-text', text: 'Let me see.' }]);
    expect(ran).toEqual([{ a: 1, b: 2 }]);
  });

  test('of a readable and an unreadable call runs the one and answers the other', async () => {
    const { end, ran } = await play(
      rawCalls([
        ['add', '{"a":1}'],
        ['add', '{"a":'],
      ]),
      rawText('1'),
    );
    expect(end).toMatchObject({
      steps: [{ calls: [{ status: 'ok' }, { status: 'invalid-arguments' }] }, {}],
    });
    expect(ran).toHaveLength(1);
  });

  test('with a mend of syntax runs, and says what was mended', async () => {
    const { fixes, ran } = await play(rawCalls([['add', "{'a': 1,}"]]), rawText('1'));
    expect(ran).toEqual([{ a: 1, b: 0 }]);
    expect(fixes).toMatchObject([{ kind: 'repaired-arguments', name: 'add', text: "{'a': 1,}" }]);
  });

  test('that wrote its call as text is salvaged, and the text is not shown', async () => {
    const { events, fixes, ran } = await play(rawText('[add(a=1, b=2)]'), rawText('3'));
    expect(ran).toEqual([{ a: 1, b: 2 }]);
    expect(fixes).toMatchObject([{ kind: 'salvaged-call', name: 'add' }]);
    const shown = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));
    expect(shown.join('')).toBe('3');
  });

  test('that was cut is an answer as far as it goes, and says so', async () => {
    const { end, fixes } = await play(rawText('Once upon a', 'length'));
    expect(end).toMatchObject({ status: 'completed', output: 'Once upon a' });
    expect(fixes).toEqual([{ kind: 'cut-text' }]);
  });
});

test('a stream that breaks begins anew, and its first pieces are void', async () => {
  const broken = { ...rawText('The sky is blue.'), restartsAfter: 2 };
  const { events, end } = await play(broken);
  const restart = events.findIndex(({ type }) => type === 'stream-restarted');
  const pieces = events
    .slice(restart)
    .flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));
  expect(restart).toBeGreaterThan(0);
  expect(pieces.join('')).toBe('The sky is blue.');
  expect(end).toMatchObject({ output: 'The sky is blue.' });
});

test('the usage of a run is that of all its requests, those asked again included', async () => {
  const { end, events } = await play(rawText(''), rawCalls([['add', '{"a":1}']]), rawText('1'));
  const usage = { inputTokens: 30, outputTokens: 9, cachedInputTokens: 3 };
  expect(end).toMatchObject({ usage });
  expect(events.at(-1)).toMatchObject({ type: 'run-finished', usage });
  const steps = events.flatMap((event) => (event.type === 'step-finished' ? [event.usage] : []));
  expect(steps.map(({ inputTokens }) => inputTokens)).toEqual([20, 10]);
});
