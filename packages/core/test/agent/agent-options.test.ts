import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentOptions, RunTuning } from '../../src/agent/agent-options.ts';
import type { AgentInput } from '../../src/agent/read-input.ts';
import { TurnwiseError } from '../../src/errors.ts';
import { says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { Transcript } from '../../src/turns/transcript.ts';

const act = tool({
  name: 'act',
  description: 'A tool.',
  parameters: z.object({}),
  execute: () => 'ok',
});

const valid: AgentOptions<unknown> = {
  name: 'guide',
  model: scriptedModel([says('Hello')]),
  tools: [act],
};

function codeOf(make: () => unknown): unknown {
  try {
    make();
  } catch (thrown) {
    return thrown instanceof TurnwiseError ? thrown.code : thrown;
  }
  return 'nothing was thrown';
}

const wrongTunings: readonly (readonly [string, unknown])[] = [
  ['a temperature below 0', { settings: { temperature: -1 } }],
  ['a temperature that is not a number', { settings: { temperature: Number.NaN } }],
  ['a topP of 0', { settings: { topP: 0 } }],
  ['a topP above 1', { settings: { topP: 1.5 } }],
  ['a fraction of an output token', { settings: { maxOutputTokens: 0.5 } }],
  ['messages next to those of the run', { settings: { extraBody: { messages: [] } } }],
  ['tools next to those of the run', { settings: { extraBody: { tools: [] } } }],
  ['a format next to that of the run', { settings: { extraBody: { response_format: {} } } }],
  ['no step at all', { limits: { maxSteps: 0 } }],
  ['half a step', { limits: { maxSteps: 1.5 } }],
  ['a forced tool that does not exist', { toolChoice: { tool: 'atc' } }],
  ['a number of repeats below 0', { limits: { maxRepeats: -1 } }],
  ['a cost without a price', { limits: { maxCost: 1 } }],
];

describe('an agent that could never run is refused when it is created', () => {
  test.each<readonly [string, unknown]>([
    ['no options', undefined],
    ['no name', { ...valid, name: undefined }],
    ['an empty name', { ...valid, name: '' }],
    ['no model', { ...valid, model: undefined }],
    ['a model that is a string', { ...valid, model: 'gemma-3-27b' }],
    ['a tool that was not made with tool()', { ...valid, tools: [{ name: 'act' }] }],
    ['required tools without any tool', { ...valid, tools: [], toolChoice: 'required' }],
    ...wrongTunings.map(([what, wrong]) => [what, Object.assign({ ...valid }, wrong)] as const),
  ])('%s', (_what, options) => {
    expect(codeOf(() => new Agent(options as AgentOptions<unknown>))).toBe('invalid_options');
  });

  test('two tools with one name', () => {
    expect(codeOf(() => new Agent({ ...valid, tools: [act, act] }))).toBe('duplicate_tool');
  });
});

describe('a run that cannot start rejects its promise', () => {
  test.each(wrongTunings)('%s', async (_what, wrong) => {
    const running = new Agent(valid).run('Hi', wrong as RunTuning);
    await expect(running).rejects.toMatchObject({ code: 'invalid_options' });
  });

  test('a conversation that is still JSON', async () => {
    const agent = new Agent({ ...valid, model: scriptedModel([says('Hello'), says('Again')]) });
    const { transcript } = await agent.run('Hi');
    const kept = JSON.parse(JSON.stringify(transcript));
    const running = agent.run('Hi again', { transcript: kept });
    await expect(running).rejects.toMatchObject({ code: 'invalid_options' });
    const read = agent.run('Hi again', { transcript: Transcript.fromJSON(kept) });
    expect(await read).toMatchObject({ status: 'completed', output: 'Again' });
  });

  test.each<readonly [string, unknown, string]>([
    ['an empty text', '', 'invalid_options'],
    ['a text of white space', ' \n', 'invalid_options'],
    ['no parts', [], 'invalid_options'],
    ['parts of empty text', [{ type: 'text', text: '' }], 'invalid_options'],
    ['undefined', undefined, 'invalid_options'],
    ['null', null, 'invalid_options'],
    ['a number', 7, 'invalid_options'],
    ['a part that is null', [null], 'invalid_options'],
    ['a text part without text', [{ type: 'text' }], 'invalid_options'],
    ['an image part without an image', [{ type: 'image' }], 'invalid_options'],
    ['bytes that are not an image', [{ type: 'image', image: new Uint8Array(9) }], 'invalid_image'],
    [
      'a data URL with broken base64',
      [{ type: 'image', image: 'data:image/png;base64,?' }],
      'invalid_image',
    ],
  ])('an input that is %s', async (_what, input, code) => {
    const running = new Agent(valid).run(input as AgentInput);
    await expect(running).rejects.toMatchObject({ code });
  });
});

test('changes of the program to its input do not reach the run', async () => {
  const model = scriptedModel([says('Hello')]);
  const part = { type: 'text' as const, text: 'Hi' };
  const running = new Agent({ name: 'guide', model }).run([part]);
  part.text = 'Bye';
  await running;
  expect(model.requests[0]?.transcript.turns[0]).toMatchObject({
    inputs: [{ parts: [{ text: 'Hi' }] }],
  });
});
