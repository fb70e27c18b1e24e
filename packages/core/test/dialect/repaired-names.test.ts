import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { Fix } from '../../src/dialect/fix.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { defineProfile, type ModelProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { tool } from '../../src/tool/tool.ts';
import {
  type Answer,
  answersJson,
  chunk,
  completion,
  done,
  startModelServer,
  streamsPieces,
} from '../support/model-server.ts';

const { gemma3, gemma3Strict, gemma4, mistral, openai, qwen3 } = profiles;

/** Runs an agent with the tool `set_lamp`; the server sends `first` and then an answer. */
async function play(
  first: Answer,
  { profile, stream = false }: { readonly profile: ModelProfile; readonly stream?: boolean },
): Promise<{ readonly ran: readonly string[]; readonly fixes: readonly Fix[] }> {
  const last = stream
    ? streamsPieces(chunk({ content: 'It is on.' }, 'stop'), done)
    : answersJson(completion({ role: 'assistant', content: 'It is on.' }));
  await using server = await startModelServer(first, last);
  const ran: string[] = [];
  const agent = new Agent({
    name: 'house',
    model: openaiCompatible({ model: 'any', baseURL: server.baseURL, profile }),
    tools: [
      tool({
        name: 'set_lamp',
        description: 'Sets the lamp of a place.',
        parameters: z.object({ place: z.string() }),
        execute: ({ place }) => {
          ran.push(place);
          return 'ok';
        },
      }),
    ],
  });
  const { fixes } = stream ? await agent.stream('Light.').result : await agent.run('Light.');
  return { ran, fixes };
}

const input = '{"place":"hall"}';

function nativeCall(name: string): Answer {
  const call = { id: 'a', type: 'function', function: { name, arguments: input } };
  return answersJson(
    completion({ role: 'assistant', content: null, tool_calls: [call] }, 'tool_calls'),
  );
}

function streamedCall(...pieces: readonly string[]): Answer {
  const [name, ...rest] = pieces;
  const deltas = [
    { index: 0, id: 'a', type: 'function', function: { name, arguments: '' } },
    ...rest.map((piece) => ({ index: 0, function: { name: piece, arguments: '' } })),
    { index: 0, function: { arguments: input } },
  ];
  return streamsPieces(
    ...deltas.map((delta) => chunk({ tool_calls: [delta] })),
    chunk({}, 'tool_calls'),
    done,
  );
}

function textReply(content: string): Answer {
  return answersJson(completion({ role: 'assistant', content }));
}

const prompted = gemma3Strict;
const guided = defineProfile(gemma3Strict, { dialect: 'guided' });

const decorated: readonly (readonly [written: string, profile: ModelProfile])[] = [
  ['set_lamp\n', qwen3],
  ['\t set_lamp  ', gemma3],
  ['\u200bset_lamp\ufeff', openai],
  ['set_lamp<|channel|>commentary', openai],
  ['set_lamp<|constrain|>json', gemma4],
  ['<|python_tag|>set_lamp', gemma3],
  ['set_lamp<end_of_turn>', gemma3],
  ['[TOOL_CALLS] set_lamp [ARGS]', mistral],
  ['set_lamp</s>', openai],
  ['<tool_call>\nset_lamp', qwen3],
  ['set_lamp<｜tool▁sep｜>', openai],
  ['functions.set_lamp', openai],
  ['functions.set_lamp:0', openai],
  ['set_lamp:12', qwen3],
  ['default_api.set_lamp', gemma3],
  ['default_api:set_lamp\n', gemma4],
  ['house::set_lamp', defineProfile(qwen3, { namePrefixes: ['house::'] })],
];

describe('white space, control tokens and namespaces around a tool name', () => {
  test.each(decorated)('%j in a native call is the tool, with a fix', async (written, profile) => {
    const { ran, fixes } = await play(nativeCall(written), { profile });
    expect(ran).toEqual(['hall']);
    expect(fixes).toEqual([{ kind: 'repaired-name', name: 'set_lamp', written }]);
  });

  test.each([
    ['set_lamp\n', [' set_lamp']],
    ['functions.set_lamp', ['functions.', 'set_lamp']],
    ['functions.set_lamp:0', ['functions.set_lamp', ':0']],
    ['set_lamp<|channel|>commentary', ['set_lamp<|chan', 'nel|>commentary']],
  ])('%j in a streamed call is the tool', async (_written, pieces) => {
    const { ran, fixes } = await play(streamedCall(...pieces), { profile: openai, stream: true });
    expect(ran).toEqual(['hall']);
    expect(fixes).toMatchObject([{ kind: 'repaired-name', name: 'set_lamp' }]);
  });

  test.each(decorated)(
    '%j in a streamed call is the tool, in pieces too',
    async (written, profile) => {
      const half = Math.ceil(written.length / 2);
      for (const pieces of [[written], [written.slice(0, half), written.slice(half)]]) {
        const { ran, fixes } = await play(streamedCall(...pieces), { profile, stream: true });
        expect(ran).toEqual(['hall']);
        expect(fixes).toEqual([{ kind: 'repaired-name', name: 'set_lamp', written }]);
      }
    },
  );

  test.each([
    ['a Python call', '[default_api.set_lamp(place="hall")]', prompted],
    ['a fenced call', '```tool_code\nprint(default_api.set_lamp(place="hall"))\n```', prompted],
    [
      'JSON in a tag',
      `<tool_call>{"name": "set_lamp\\n", "arguments": ${input}}</tool_call>`,
      qwen3,
    ],
    ['a tag with a name', `<function=functions.set_lamp>${input}</function>`, qwen3],
    ['guided JSON', `{"calls":[{"name":" default_api.set_lamp","arguments":${input}}]}`, guided],
  ])('%s in the text is the tool, with a fix', async (_form, text, profile) => {
    const { ran, fixes } = await play(textReply(text), { profile });
    expect(ran).toEqual(['hall']);
    expect(fixes).toContainEqual({
      kind: 'repaired-name',
      name: 'set_lamp',
      written: expect.stringContaining('set_lamp'),
    });
  });
});

test.each([
  'set_lam',
  'setlamp',
  'SET_LAMP',
  'my_set_lamp',
  'house.set_lamp',
  'set_lamp.functions',
  'functions.set_lamps',
  'functions_set_lamp',
  'set_lamp on',
  'set_lamp:on',
  'set_lamp:',
  '',
])('%j is another name, and nothing runs', async (written) => {
  for (const stream of [false, true]) {
    const first = stream ? streamedCall(written) : nativeCall(written);
    const { ran, fixes } = await play(first, { profile: openai, stream });
    expect(ran).toEqual([]);
    expect(fixes.filter(({ kind }) => kind === 'repaired-name')).toEqual([]);
  }
});

test('an exact name with a namespace wins over the name without it', async () => {
  await using server = await startModelServer(
    nativeCall('functions.ping'),
    answersJson(completion({ role: 'assistant', content: 'Done.' })),
  );
  const ran: string[] = [];
  const parameters = z.object({ place: z.string() });
  const ping = (name: string) =>
    tool({ name, description: 'Pings.', parameters, execute: () => void ran.push(name) });
  const agent = new Agent({
    name: 'pinger',
    model: openaiCompatible({ model: 'any', baseURL: server.baseURL, profile: openai }),
    tools: [ping('ping'), ping('functions.ping')],
  });
  const { fixes } = await agent.run('Ping.');
  expect(ran).toEqual(['functions.ping']);
  expect(fixes).toEqual([]);
});
