import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { createDialect } from '../../src/dialect/create-dialect.ts';
import { dialectModel } from '../../src/model/dialect-model.ts';
import { profiles } from '../../src/profile/profiles.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { tool } from '../../src/tool/tool.ts';
import { readEvents } from '../support/read-events.ts';
import {
  rawCalls,
  rawText,
  scriptedTransport,
  type WireReply,
} from '../support/scripted-transport.ts';

const { gemma3 } = profiles;

interface ScriptedRun {
  readonly ran: readonly unknown[];
  readonly events: readonly RunEvent[];
  readonly requests: readonly { readonly stream: boolean }[];
  readonly end: unknown;
  readonly fixes: readonly unknown[];
}

/** Runs an agent on Gemma 3 with a tool `add` against raw replies of a server. */
async function runScript(...script: readonly WireReply[]): Promise<ScriptedRun> {
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
  const run = new Agent({ name: 'a', model, tools: [add] }).stream('1 + 2?');
  const { events } = await readEvents(run);
  const end = await run.result.catch((error: unknown) => error);
  const fixes = events.flatMap((event) => (event.type === 'turn-fixed' ? [event.fix] : []));
  return { ran, events, requests: transport.requests, end, fixes };
}

describe('an unusable reply', () => {
  test.each<[string, WireReply]>([
    ['is empty', rawText('')],
    ['is white space', rawText(' \n')],
    ['is empty at the output limit', rawText('', 'length')],
    ['has arguments that end too early', rawCalls([['add', '{"a": 1']])],
    ['has arguments that are not an object', rawCalls([['add', '[1, 2]']])],
    [
      'has complete arguments, but was cut',
      rawCalls([['add', '{"a":1}']], { finishReason: 'length' }),
    ],
    ['has a call in its text that ends too early', rawText('[add(a=1')],
  ])('because it %s is asked for once more, whole', async (_why, reply) => {
    const { end, requests, fixes, ran } = await runScript(
      reply,
      rawCalls([['add', '{"a":1}']]),
      rawText('1'),
    );
    expect(end).toMatchObject({ status: 'completed', output: '1' });
    expect(requests.map(({ stream }) => stream)).toEqual([true, false, true]);
    expect(fixes).toMatchObject([{ kind: 'asked-again' }]);
    expect(ran).toEqual([{ a: 1, b: 0 }]);
  });

  test('is in the fix with its whole content, including calls that could not be parsed', async () => {
    const { fixes } = await runScript(rawCalls([['add', '{"a": 1']], { text: 'Let me see.' }));
    expect(fixes).toMatchObject([{ kind: 'asked-again', text: 'Let me see.\nadd({"a": 1)' }]);
  });

  test('that is empty twice fails the run', async () => {
    const { end, events, requests } = await runScript(rawText(''), rawText(''));
    expect(end).toMatchObject({ code: 'model_output', state: { v: 1 } });
    expect(requests).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'run-failed', error: { code: 'model_output' } });
  });

  test('whose arguments cannot be parsed twice goes back to the model as a result', async () => {
    const broken = rawCalls([['add', '{"a": ']]);
    const { end, ran } = await runScript(broken, broken, rawText('Sorry.'));
    expect(end).toMatchObject({ status: 'completed', output: 'Sorry.' });
    expect(end).toMatchObject({ steps: [{ calls: [{ status: 'invalid-arguments' }] }, {}] });
    expect(ran).toEqual([]);
  });
});

describe('a partly usable reply', () => {
  test('with text and calls keeps the calls and reports the dropped text', async () => {
    const mixed = rawCalls([['add', '{"a":1,"b":2}']], { text: 'Let me see.' });
    const { end, fixes, ran } = await runScript(mixed, rawText('3'));
    expect(end).toMatchObject({ status: 'completed', output: '3' });
    expect(fixes).toEqual([{ kind: 'dropped-text', text: 'Let me see.' }]);
    expect(ran).toEqual([{ a: 1, b: 2 }]);
  });

  test('with a valid and an unparsable call runs the first and rejects the second', async () => {
    const { end, ran } = await runScript(
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

  test('with a syntax error in its arguments runs, and the repair is reported', async () => {
    const { fixes, ran } = await runScript(rawCalls([['add', "{'a': 1,}"]]), rawText('1'));
    expect(ran).toEqual([{ a: 1, b: 0 }]);
    expect(fixes).toMatchObject([{ kind: 'repaired-arguments', name: 'add', text: "{'a': 1,}" }]);
  });

  test('with its call as text is salvaged, and the text is not streamed', async () => {
    const { events, fixes, ran } = await runScript(rawText('[add(a=1, b=2)]'), rawText('3'));
    expect(ran).toEqual([{ a: 1, b: 2 }]);
    expect(fixes).toMatchObject([{ kind: 'salvaged-call', name: 'add' }]);
    const shown = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));
    expect(shown.join('')).toBe('3');
  });

  test('that was cut is the answer, and a fix reports the cut', async () => {
    const { end, fixes } = await runScript(rawText('Once upon a', 'length'));
    expect(end).toMatchObject({ status: 'completed', output: 'Once upon a' });
    expect(fixes).toEqual([{ kind: 'cut-text' }]);
  });
});

test('a broken stream restarts, and its first pieces are dropped', async () => {
  const broken = { ...rawText('The sky is blue.'), restartsAfter: 2 };
  const { events, end } = await runScript(broken);
  const restart = events.findIndex(({ type }) => type === 'stream-restarted');
  const pieces = events
    .slice(restart)
    .flatMap((event) => (event.type === 'text-delta' ? [event.text] : []));
  expect(restart).toBeGreaterThan(0);
  expect(pieces.join('')).toBe('The sky is blue.');
  expect(end).toMatchObject({ output: 'The sky is blue.' });
});

test('the usage of a run is the sum of all its requests, including repeated ones', async () => {
  const { end, events } = await runScript(
    rawText(''),
    rawCalls([['add', '{"a":1}']]),
    rawText('1'),
  );
  const usage = { inputTokens: 30, outputTokens: 9, cachedInputTokens: 3 };
  expect(end).toMatchObject({ usage });
  expect(events.at(-1)).toMatchObject({ type: 'run-finished', usage });
  const steps = events.flatMap((event) => (event.type === 'step-finished' ? [event.usage] : []));
  expect(steps.map(({ inputTokens }) => inputTokens)).toEqual([20, 10]);
});
