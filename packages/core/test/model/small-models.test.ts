import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import type { Answer } from '../support/model-server.ts';
import { listsModel, repliesText, startRoutedServer } from '../support/routed-server.ts';

const model = 'qwen2.5-coder-1.5b-instruct';

const call = (name: string, args: object) =>
  repliesText(JSON.stringify({ calls: [{ name, arguments: args }] }));
const answer = (text: string) => repliesText(JSON.stringify({ answer: text }));

const about: Readonly<Record<string, string>> = {
  tent_id: 'Such as t-7',
  guest_id: 'Such as g-2',
};

/** What one request allowed: the tools of its grammar, and whether it allowed an answer. */
interface Allowed {
  readonly tools: readonly string[];
  readonly answer: boolean;
}

const all = ['show_tent', 'search_tents', 'show_guest'];

async function ask(
  input: string,
  replies: readonly Answer[],
  { owner = 'llamacpp' }: { readonly owner?: string } = {},
) {
  await using server = await startRoutedServer(
    { '/v1/models': listsModel(model, owner) },
    ...replies,
  );
  const ran: string[] = [];
  const lookUp = (name: string, description: string, parameter: string) =>
    tool({
      name,
      description,
      parameters: z.object({ [parameter]: z.string().describe(about[parameter] ?? '') }),
      execute: (args) => {
        ran.push(`${name} ${JSON.stringify(args)}`);
        return { tent_id: 't-4', name: 'Blue Dome', site: 12 };
      },
    });
  const agent = new Agent({
    name: 'camp',
    model: openaiCompatible({ baseURL: server.baseURL, model, dialect: 'guided' }),
    tools: [
      lookUp('show_tent', 'Shows a tent.', 'tent_id'),
      lookUp('search_tents', 'Searches the tents by name.', 'text'),
      lookUp('show_guest', 'Shows a guest.', 'guest_id'),
    ],
  });
  const result = await agent.run(input);
  const allowed = server.chats.map((body): Allowed => {
    const grammar = JSON.stringify(body.response_format);
    return {
      tools: all.filter((name) => grammar.includes(`"${name}"`)),
      answer: grammar.includes('"answer"'),
    };
  });
  return { result, ran, allowed };
}

describe('a small model in the guided dialect', () => {
  test.each([
    ['does not occur in the conversation', { tent_id: 't-1' }],
    ['is a name of several words', { tent_id: 'Blue Dome' }],
  ])('is asked again without the tool if an identifier %s', async (_why, made) => {
    const { result, ran, allowed } = await ask('On which site is the Blue Dome?', [
      call('show_tent', made),
      call('search_tents', { text: 'Blue Dome' }),
      call('show_tent', { tent_id: 't-4' }),
      answer('It is on site 12.'),
    ]);
    expect(result).toMatchObject({ status: 'completed', output: 'It is on site 12.' });
    expect(ran).toEqual(['search_tents {"text":"Blue Dome"}', 'show_tent {"tent_id":"t-4"}']);
    expect(allowed.map(({ tools }) => tools)).toEqual([
      all,
      ['search_tents', 'show_guest'],
      all,
      all,
    ]);
    expect(result.fixes).toMatchObject([{ kind: 'asked-again' }]);
  });

  test.each([
    ['is of another kind than the parameter takes', 'show_guest', { guest_id: 't-4' }],
    ['is the text of a search', 'search_tents', { text: 't-4' }],
  ])('is asked again without the tool if an identifier %s', async (_why, name, made) => {
    const { ran, allowed } = await ask('Who sleeps in t-4?', [
      call(name, made),
      call('show_tent', { tent_id: 't-4' }),
      answer('Nobody.'),
    ]);
    expect(ran).toEqual(['show_tent {"tent_id":"t-4"}']);
    expect(allowed[1]?.tools).toEqual(all.filter((each) => each !== name));
  });

  test('must call a tool if it answers at once about something that the user named by its id', async () => {
    const { result, ran, allowed } = await ask('Is t-4 still free?', [
      answer('Tent t-4 is free.'),
      call('show_tent', { tent_id: 't-4' }),
      answer('It is on site 12.'),
    ]);
    expect(result).toMatchObject({ output: 'It is on site 12.' });
    expect(ran).toHaveLength(1);
    expect(allowed.map((each) => each.answer)).toEqual([true, false, true]);
  });

  test.each([
    ['nothing is named by its id', 'What is a dome tent?', 'A tent with bent poles.'],
    ['the reply is a question', 'Move t-4.', 'To which site?'],
  ])('may answer at once if %s', async (_why, input, text) => {
    const { result, allowed } = await ask(input, [answer(text)]);
    expect(result).toMatchObject({ output: text });
    expect(result.fixes).toEqual([]);
    expect(allowed).toHaveLength(1);
  });

  test('may ask the user instead of a call with a made-up value', async () => {
    const { result, ran } = await ask('Where is my tent?', [
      call('show_tent', { tent_id: 't-1' }),
      answer('Which tent is yours?'),
    ]);
    expect(result).toMatchObject({ output: 'Which tent is yours?' });
    expect(ran).toEqual([]);
  });
});

test('a model that is not known as small is not asked again', async () => {
  const { ran, allowed } = await ask(
    'On which site is the Blue Dome?',
    [call('show_tent', { tent_id: 't-1' }), answer('It is on site 12.')],
    { owner: 'vllm' },
  );
  expect(ran).toEqual(['show_tent {"tent_id":"t-1"}']);
  expect(allowed).toHaveLength(2);
});

test('a small model reads the form of the output before it chooses a tool', async () => {
  await using server = await startRoutedServer(
    { '/v1/models': listsModel(model, 'llamacpp') },
    answer('Nine nights.'),
    repliesText('{"nights":9}'),
  );
  const agent = new Agent({
    name: 'camp',
    model: openaiCompatible({ baseURL: server.baseURL, model }),
    tools: [tool({ name: 'list_sites', description: 'Lists the sites.', execute: () => [1, 2] })],
    output: z.object({ nights: z.int() }),
  });
  expect(await agent.run('Ada stays for nine nights.')).toMatchObject({ output: { nights: 9 } });
  const systems = server.chats.map(
    ({ messages }) => (messages as { content: string }[])[0]?.content,
  );
  expect(systems[0]).toContain('{nights: int}');
  expect(systems[1]).toBe(systems[0]);
});
