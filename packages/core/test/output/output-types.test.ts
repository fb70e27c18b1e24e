import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { RunResult } from '../../src/agent/run-result.ts';
import type { JsonObject } from '../../src/json.ts';
import { jsonSchema } from '../../src/schema/convert/to-schema.ts';
import { says, scriptedModel } from '../../src/testing/scripted-model.ts';

type Same<One, Other> =
  (<Each>() => Each extends One ? 1 : 2) extends <Each>() => Each extends Other ? 1 : 2
    ? true
    : false;

type OutputOfRun<Result> =
  Extract<Result, { status: 'completed' }> extends { output: infer Output } ? Output : never;

/** Compiled by the type check; a wrong type makes the assignment of `true` an error. */
const holds = <_Claim extends true>(): void => undefined;

test('the output has the type of its schema', async () => {
  const model = scriptedModel([says('{"days":"3"}')]);
  const output = z.object({ days: z.string().transform(Number) });
  const typed = await new Agent({ name: 'typed', model, output }).run('How long?');
  holds<Same<OutputOfRun<typeof typed>, { days: number }>>();
  expect(typed).toMatchObject({ output: { days: 3 } });
});

test('the output is text without a schema, and JSON with a JSON Schema', async () => {
  const text = await new Agent({ name: 'text', model: scriptedModel([says('Hi')]) }).run('Hi');
  holds<Same<OutputOfRun<typeof text>, string>>();
  const output = jsonSchema({ type: 'object' });
  const json = await new Agent({ name: 'json', model: scriptedModel([says('{}')]), output }).run(
    'Hi',
  );
  holds<Same<OutputOfRun<typeof json>, JsonObject>>();
  expect([text, json]).toMatchObject([{ output: 'Hi' }, { output: {} }]);
});

test('only completed runs have an output', () => {
  const readUnchecked = (result: RunResult<{ days: number }>) =>
    // @ts-expect-error A stopped or paused run has no output.
    result.output;
  const readChecked = (result: RunResult<{ days: number }>) =>
    result.status === 'completed' ? result.output.days : undefined;
  holds<Same<ReturnType<typeof readChecked>, number | undefined>>();
  expect(readUnchecked).not.toBe(readChecked);
});

test('events and partialOutputStream have the type of the output', async () => {
  const output = z.object({ days: z.array(z.object({ at: z.coerce.date(), hours: z.number() })) });
  const text = '{"days":[{"at":"2026-01-02T00:00:00Z","hours":3}]}';
  const agent = new Agent({
    name: 'typed',
    model: scriptedModel([says(text), says(text)]),
    output,
  });
  type Partial = { readonly days?: readonly { readonly at?: string; readonly hours?: number }[] };
  for await (const event of agent.stream('When?')) {
    if (event.type === 'output-delta') holds<Same<typeof event.output, Partial>>();
  }
  agent.on('output-delta', (event) => holds<Same<typeof event.output, Partial>>());
  for await (const partial of agent.stream('When?').partialOutputStream) {
    holds<Same<typeof partial, Partial>>();
  }
});
