import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../../src/agent/agent.ts';
import type { AgentOptions } from '../../../src/agent/agent-options.ts';
import type { RunResult } from '../../../src/agent/run-result.ts';
import { openaiCompatible } from '../../../src/model/openai-compatible.ts';
import { defineProfile, type ModelProfile } from '../../../src/profile/model-profile.ts';
import { profiles } from '../../../src/profile/profiles.ts';
import type { RunEvent } from '../../../src/run/state/run-event.ts';
import { tool } from '../../../src/tool/tool.ts';
import {
  type Answer,
  answersJson,
  chunk,
  completion,
  done,
  type ModelServer,
  startModelServer,
  streamsPieces,
} from '../../support/model-server.ts';

const { gemma3, gemma3Strict, gemma4, mistral, openai, qwen3 } = profiles;

/** A server that sends texts, whole or in pieces of five characters as the request asks; the last one again and again. */
function sends(...texts: readonly string[]): Promise<ModelServer> {
  return startModelServer(...texts.map(sendsText));
}

function sendsText(text: string): Answer {
  return (response, request) => {
    const pieces = (text.match(/.{1,5}/gs) ?? []).map((content) => chunk({ content }));
    const answer =
      request.body.stream === true
        ? streamsPieces(...pieces, chunk({}, 'stop'), done)
        : answersJson(completion({ role: 'assistant', content: text }));
    return answer(response, request);
  };
}

function agentOn<Output = string>(
  server: ModelServer,
  {
    profile = openai,
    ...options
  }: Partial<AgentOptions<unknown, Output>> & { readonly profile?: ModelProfile } = {},
) {
  const model = openaiCompatible({ model: 'any', baseURL: server.baseURL, profile });
  return new Agent<unknown, Output>({ name: 'thinker', ...options, model });
}

/** The completed result of a run. */
async function completed<Output>(running: Promise<RunResult<Output>>) {
  const result = await running;
  if (result.status !== 'completed') throw new Error(`The run is ${result.status}.`);
  return result;
}

function lampTool(ran: string[]) {
  return tool({
    name: 'set_lamp',
    description: 'Sets the lamp of a place.',
    parameters: z.object({ place: z.string() }),
    execute: ({ place }) => {
      ran.push(place);
      return 'ok';
    },
  });
}

/** The text and the reasoning that a reader of the events has at the end. */
async function shownBy(events: AsyncIterable<RunEvent>) {
  let shown = { text: '', reasoning: '' };
  for await (const event of events) {
    if (event.type === 'stream-restarted') shown = { text: '', reasoning: '' };
    if (event.type === 'text-delta') shown.text += event.text;
    if (event.type === 'reasoning-delta') shown.reasoning += event.text;
  }
  return shown;
}

const opened: readonly (readonly [reply: string, profile: ModelProfile])[] = [
  ['<think>\nThe lamp is off.\n</think>\n\nIt is dark.', qwen3],
  ['<think>The lamp is off.</think>It is dark.', gemma3],
  ['<thought>\nThe lamp is off.\n</thought>\nIt is dark.', openai],
  ['[THINK]The lamp is off.[/THINK]It is dark.', mistral],
  ['<|channel>thought\nThe lamp is off.\n<channel|>It is dark.', gemma4],
  [
    '<|channel|>analysis<|message|>The lamp is off.<|end|><|start|>assistant<|channel|>final<|message|>It is dark.',
    openai,
  ],
  ['analysisThe lamp is off.assistantfinalIt is dark.', openai],
  ['<|START_THINKING|>The lamp is off.<|END_THINKING|>It is dark.', openai],
  ['<start_working_out>The lamp is off.<end_working_out><SOLUTION>It is dark.</SOLUTION>', gemma3],
  ['<unused94>thought\nThe lamp is off.<unused95>It is dark.', gemma3],
  ['<THINK>The lamp is off.</THINK>It is dark.', qwen3],
  ['<think>The lamp is off.</think><answer>It is dark.</answer>', openai],
  ['{{The lamp is off.}}It is dark.', withTags(openai)],
];
const unopened: typeof opened = [
  ['The lamp is off.\n</think>\n\nIt is dark.', qwen3],
  ['The lamp is off.</think>It is dark.', openai],
  ['The lamp is off.[/THINK]\nIt is dark.', mistral],
  ['The lamp is off.\n</reasoning>\nIt is dark.', gemma3Strict],
];

function withTags(profile: ModelProfile): ModelProfile {
  return defineProfile(profile, { thoughts: { tags: [{ open: '{{', close: '}}' }] } });
}

describe('a thought in the text of a reply', () => {
  test.each([...opened, ...unopened])('%j is reasoning, not text', async (reply, profile) => {
    await using server = await sends(reply);
    const { output, transcript, fixes } = await completed(
      agentOn(server, { profile }).run('Is it dark?'),
    );
    expect(output).toBe('It is dark.');
    expect(transcript.turns.at(-1)).toMatchObject({
      text: 'It is dark.',
      reasoning: 'The lamp is off.',
    });
    expect(fixes).toEqual([{ kind: 'moved-reasoning', text: 'The lamp is off.' }]);
  });

  test.each([...opened, ...unopened])('%j is reasoning in the events', async (reply, profile) => {
    await using server = await sends(reply);
    const run = agentOn(server, { profile }).stream('Is it dark?');
    expect(await shownBy(run)).toEqual({ text: 'It is dark.', reasoning: 'The lamp is off.' });
  });

  test.each([...opened, ...unopened.filter(([, profile]) => profile === qwen3)])(
    '%j is not shown as text, not even for a moment',
    async (reply, profile) => {
      await using server = await sends(reply);
      const pieces: string[] = [];
      const run = agentOn(server, { profile }).stream('Is it dark?');
      for await (const piece of run.textStream) pieces.push(piece);
      expect(pieces.join('')).toBe('It is dark.');
    },
  );

  test('is added to the reasoning that the server sends separately', async () => {
    const message = {
      reasoning_content: 'It is late.',
      content: '<think>Lamp?</think>It is dark.',
    };
    await using server = await startModelServer(answersJson(completion(message)));
    const { transcript } = await agentOn(server).run('Is it dark?');
    expect(transcript.turns.at(-1)).toMatchObject({ reasoning: 'It is late.\n\nLamp?' });
  });

  test.each([...opened, ...unopened])('%j is not sent again', async (reply, profile) => {
    for (const streamed of [false, true]) {
      await using server = await sends(reply, 'Yes.');
      const agent = agentOn(server, { profile });
      const ask = (input: string, options = {}) =>
        streamed ? agent.stream(input, options).result : agent.run(input, options);
      const { transcript } = await ask('Is it dark?');
      await ask('Sure?', { transcript });
      expect(server.requests[1]?.text).not.toContain('lamp is off');
      expect(server.requests[1]?.text).toContain('It is dark.');
    }
  });
});

const callForms = [
  ['a list', '[set_lamp(place="hall")]'],
  ['a line', 'set_lamp(place="hall")'],
  ['JSON', '{"name": "set_lamp", "arguments": {"place": "hall"}}'],
  ['a tag', '<tool_call>{"name": "set_lamp", "arguments": {"place": "hall"}}</tool_call>'],
  ['a fence', '```tool_code\nset_lamp(place="hall")\n```'],
] as const;
const thoughtForms = [
  ['in a thought', (call: string) => `<think>Perhaps\n${call}\n</think>It is dark.`],
  ['before a lone closing tag', (call: string) => `Perhaps\n${call}\n</think>\n\nIt is dark.`],
  [
    'in a second thought without an opening tag',
    (call: string) => `<think>Hm.</think>\n${call}\n</think>\nIt is dark.`,
  ],
] as const;
const cases = callForms.flatMap(([form, call]) =>
  thoughtForms.map(([place, wrap]) => [form, place, wrap(call)] as const),
);

describe('a call', () => {
  test.each(cases)('as %s %s does not run', async (_form, _place, reply) => {
    for (const profile of [qwen3, gemma3Strict]) {
      await using server = await sends(reply);
      const ran: string[] = [];
      const agent = agentOn(server, { profile, tools: [lampTool(ran)] });
      const { output } = await completed(agent.run('Is it dark?'));
      expect(ran).toEqual([]);
      expect(output).toBe('It is dark.');
    }
  });

  test('in a thought that is never closed does not run, and the reply is requested again', async () => {
    await using server = await sends('<think>Perhaps\n[set_lamp(place="hall")]\n', 'It is dark.');
    const ran: string[] = [];
    const result = await completed(agentOn(server, { tools: [lampTool(ran)] }).run('Is it dark?'));
    expect(ran).toEqual([]);
    expect(result.output).toBe('It is dark.');
    expect(result.fixes).toMatchObject([
      { kind: 'moved-reasoning', text: 'Perhaps\n[set_lamp(place="hall")]' },
      { kind: 'asked-again', reason: expect.stringMatching(/only reasoning \(32 characters\)/) },
    ]);
  });

  test('after a thought runs', async () => {
    await using server = await sends('<think>Dark.</think>\n[set_lamp(place="hall")]', 'Done.');
    const ran: string[] = [];
    const result = await agentOn(server, { profile: gemma3Strict, tools: [lampTool(ran)] }).run(
      'Hm.',
    );
    expect(ran).toEqual(['hall']);
    expect(result.fixes).toEqual([{ kind: 'moved-reasoning', text: 'Dark.' }]);
  });

  test('with a tag inside an argument runs with that argument', async () => {
    const place = 'the </think> place\n<think>';
    const reply = `I set it.\n[set_lamp(place=${JSON.stringify(place)})]`;
    await using server = await sends(reply, 'Done.');
    const ran: string[] = [];
    await agentOn(server, { profile: gemma3Strict, tools: [lampTool(ran)] }).run('Set it.');
    expect(ran).toEqual([place]);
  });
});

const place = z.object({ place: z.string(), lamps: z.number() });
const wrong = '{"place":"hall","lamps":9}';

describe('a structured output', () => {
  test.each([
    `<think>${wrong} is too many.</think>\nI do not know.`,
    `${wrong} is too many.\n</think>\nI do not know.`,
    `[THINK]\n\`\`\`json\n${wrong}\n\`\`\`\n[/THINK]I do not know.`,
    `<think>Perhaps ${wrong}`,
    `Let me see.\n<think>\n${wrong}\n</think>\nI do not know.`,
  ])('is not taken out of the thought of %j', async (reply) => {
    for (const streamed of [false, true]) {
      await using server = await sends(reply, '{"place":"hall","lamps":2}');
      const agent = agentOn(server, { output: place });
      const { output } = await completed(
        streamed ? agent.stream('How many lamps?').result : agent.run('How many lamps?'),
      );
      expect(output).toEqual({ place: 'hall', lamps: 2 });
    }
  });

  test('after a thought is the output', async () => {
    await using server = await sends('<think>Two.</think>\n{"place":"hall","lamps":2}');
    const { output } = await completed(agentOn(server, { output: place }).run('How many lamps?'));
    expect(output).toEqual({ place: 'hall', lamps: 2 });
    expect(server.requests).toHaveLength(1);
  });

  test('with a tag in a text is unchanged', async () => {
    const expected = { place: 'a </think> place, a <think> place', lamps: 2 };
    await using server = await sends(JSON.stringify(expected));
    const { output, fixes } = await completed(
      agentOn(server, { output: place }).run('How many lamps?'),
    );
    expect(output).toEqual(expected);
    expect(fixes).toEqual([]);
  });
});

test.each([
  'Write `<think>` before a thought and `</think>` after it.',
  'Models think like this:\n```\n<think>\nIs it dark?\n</think>\n```\nThen they answer.',
  'The tag "</think>" ends a thought.',
  'It opens with <think> and ends with </think>, both in one line.',
])('an answer about tags is unchanged: %j', async (reply) => {
  for (const profile of [openai, qwen3]) {
    await using server = await sends(reply);
    const run = agentOn(server, { profile }).stream('How do models think?');
    expect(await shownBy(run)).toEqual({ text: reply, reasoning: '' });
    expect(await run.result).toMatchObject({ output: reply, fixes: [] });
  }
});
