import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import { allowedBy, grammarsOf } from '../support/allowed-by.ts';
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

const all = ['show_tent', 'search_tents', 'show_guest'];

async function ask(
  input: string,
  replies: readonly Answer[],
  {
    owner = 'llamacpp',
    guest,
    actions = [],
    grounded,
  }: {
    readonly owner?: string;
    readonly guest?: string;
    readonly actions?: readonly string[];
    readonly grounded?: readonly [];
  } = {},
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
        return name.startsWith('show_') && guest !== undefined
          ? { is: guest }
          : { tent_id: 't-4', site: 12 };
      },
      ...(grounded !== undefined && { grounded }),
    });
  const agent = new Agent({
    name: 'camp',
    model: openaiCompatible({ baseURL: server.baseURL, model, dialect: 'guided' }),
    tools: [
      lookUp('show_tent', 'Shows a tent.', 'tent_id'),
      lookUp('search_tents', 'Searches the tents by name.', 'text'),
      lookUp('show_guest', 'Shows a guest.', 'guest_id'),
      ...actions.map((name) => lookUp(name, 'Frees a tent.', 'tent_id')),
    ],
  });
  const result = await agent.run(input);
  const grammars = grammarsOf(server.chats);
  return { result, ran, grammars, allowed: allowedBy(grammars, [...all, ...actions]) };
}

describe('a small model in the guided dialect', () => {
  test('may only use identifiers that occur in the conversation, and first the tools that need none', async () => {
    const { result, allowed, grammars } = await ask('On which site is the Blue Dome?', [
      call('search_tents', { text: 'Blue Dome' }),
      call('show_tent', { tent_id: 't-4' }),
      answer('It is on site 12.'),
    ]);
    expect(result).toMatchObject({ status: 'completed', output: 'It is on site 12.', fixes: [] });
    expect(allowed.map(({ tools }) => tools)).toEqual([
      ['search_tents'],
      ['show_tent', 'search_tents'],
      ['show_tent', 'search_tents'],
    ]);
    expect(grammars[1]).toContain(
      '"tent_id":{"type":"string","description":"Such as t-7","enum":["t-4"]}',
    );
  });

  test('may use any identifier for a tool whose list of grounded parameters is empty', async () => {
    const { ran, allowed } = await ask(
      'Where is my tent?',
      [call('show_tent', { tent_id: 't-1' }), answer('On site 12.')],
      { grounded: [] },
    );
    expect(allowed[0]?.tools).toEqual(all);
    expect(ran).toHaveLength(1);
  });

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
    expect(allowed[1]?.tools).toEqual(['search_tents']);
    expect(result.fixes).toMatchObject([{ kind: 'asked-again' }]);
  });

  test.each([
    ['is of another kind than the parameter takes', 'show_guest', { guest_id: 't-4' }],
    ['is the text of a search', 'search_tents', { text: 't-4' }],
  ])('is asked again without the tool if an identifier %s', async (_why, name, made) => {
    const { ran, allowed } = await ask('Who sleeps in t-4, g-1 or g-2?', [
      call(name, made),
      call('show_tent', { tent_id: 't-4' }),
      answer('Nobody.'),
    ]);
    expect(ran).toEqual(['show_tent {"tent_id":"t-4"}']);
    expect(allowed[1]?.tools).toEqual(all.filter((each) => each !== name));
  });

  test('must ask the user if it insists on an identifier that nobody gave', async () => {
    const made = call('show_tent', { tent_id: 't-1' });
    const { result, ran, allowed } = await ask('Where is my tent?', [
      made,
      made,
      made,
      made,
      answer('Which tent is yours?'),
    ]);
    expect(result).toMatchObject({ output: 'Which tent is yours?' });
    expect(ran).toEqual([]);
    expect(allowed.at(-1)).toEqual({ tools: [], answer: true });
  });

  test.each([
    ['about something that the user named by its id', 'Is t-4 still free?', 'Tent t-4 is free.'],
    ['with an action that no tool did', 'Put me on the list.', 'I have added you to the list.'],
  ])('must call a tool if it answers at once %s', async (_what, input, text) => {
    const { result, ran, allowed } = await ask(input, [
      answer(text),
      call('search_tents', { text: 'free' }),
      answer('It is on site 12.'),
    ]);
    expect(result).toMatchObject({ output: 'It is on site 12.' });
    expect(ran).toHaveLength(1);
    expect(allowed.map((each) => each.answer)).toEqual([true, false, true]);
  });

  test.each([
    ['Who sleeps in the Blue Dome?', 'The Blue Dome is used by Mr. Rossi.'],
    ['What is the phone number of the Blue Dome?', 'The number is 0171-4455.'],
  ])('must look up a fact that nobody gave: %s', async (input, text) => {
    const { ran, allowed } = await ask(
      input,
      [answer(text), call('search_tents', { text: 'Blue Dome' }), answer('Nobody.')],
      { actions: ['free_tent'] },
    );
    expect(ran).toEqual(['search_tents {"text":"Blue Dome"}']);
    expect(allowed[1]).toEqual({ tools: ['search_tents'], answer: false });
  });

  test('must look up a reference that is all that it answers', async () => {
    const { result, ran, allowed } = await ask(
      'What is the name of the guest in t-4?',
      [
        call('show_tent', { tent_id: 't-4' }),
        answer('The guest in t-4 is g-9.'),
        call('show_guest', { guest_id: 'g-9' }),
        answer('It is Ada.'),
      ],
      { guest: 'g-9' },
    );
    expect(result).toMatchObject({ output: 'It is Ada.' });
    expect(ran).toEqual(['show_tent {"tent_id":"t-4"}', 'show_guest {"guest_id":"g-9"}']);
    expect(allowed[2]).toEqual({ tools: ['show_guest'], answer: false });
  });

  test('must search for what the user named before it acts on something else', async () => {
    const { result, ran, allowed } = await ask(
      'The guest g-2 leaves. Free the Blue Dome.',
      [
        call('show_guest', { guest_id: 'g-2' }),
        call('free_tent', { tent_id: 't-9' }),
        call('search_tents', { text: 'Blue Dome' }),
        call('free_tent', { tent_id: 't-4' }),
        answer('It is free.'),
      ],
      { actions: ['free_tent'], guest: 't-9' },
    );
    expect(result).toMatchObject({ output: 'It is free.' });
    expect(ran.slice(1)).toEqual([
      'search_tents {"text":"Blue Dome"}',
      'free_tent {"tent_id":"t-4"}',
    ]);
    expect(allowed[2]?.tools).toEqual(['search_tents']);
  });

  test('must search for what the user named before it answers about it', async () => {
    const { ran, allowed } = await ask('Guest g-2 wants to see the Blue Dome. Where is it?', [
      call('show_guest', { guest_id: 'g-2' }),
      answer('The Blue Dome is on site 3.'),
      call('search_tents', { text: 'Blue Dome' }),
      answer('It is on site 12.'),
    ]);
    expect(ran).toEqual(['show_guest {"guest_id":"g-2"}', 'search_tents {"text":"Blue Dome"}']);
    expect(allowed[2]).toEqual({ tools: ['search_tents'], answer: false });
  });

  test.each([
    ['nothing is named by its id', 'What is a dome tent?', 'A tent with bent poles.'],
    ['the reply is a question', 'Move t-4.', 'To which site?'],
    ['the fact is in the input', 'My name is Ada Holm. Hello!', 'Welcome, dear Ada!'],
    [
      'a language writes nouns with a capital letter',
      'Wozu dient ein Zelt?',
      'Ein Zelt ist ein Haus aus Stoff.',
    ],
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

test('a small model knows the form of the output from the first request on, and may fill it in at once', async () => {
  await using server = await startRoutedServer(
    { '/v1/models': listsModel(model, 'llamacpp') },
    answer('Nine nights.'),
    repliesText('{"nights":9}'),
    repliesText('{"answer":{"nights":9}}'),
  );
  const agent = new Agent({
    name: 'camp',
    model: openaiCompatible({ baseURL: server.baseURL, model }),
    tools: [tool({ name: 'list_sites', description: 'Lists the sites.', execute: () => [1, 2] })],
    output: z.object({ nights: z.int() }),
  });
  const input = 'Ada stays for nine nights.';
  const steps = [await agent.run(input), await agent.run(input)];
  expect(steps).toMatchObject([{ output: { nights: 9 } }, { output: { nights: 9 } }]);
  const systems = server.chats.map(
    ({ messages }) => (messages as { content: string }[])[0]?.content,
  );
  expect(systems[0]).toContain('{"answer":{nights: int}}');
  expect(new Set(systems).size).toBe(1);
  expect(server.chats).toHaveLength(3);
});

test('a form with a word that nobody gave is asked for again without the tools', async () => {
  await using server = await startRoutedServer(
    { '/v1/models': listsModel(model, 'llamacpp') },
    repliesText('{"answer":{"name":"list_sites","stay":"long"}}'),
    repliesText('{"name":"Ada","stay":"long"}'),
  );
  const agent = new Agent({
    name: 'camp',
    model: openaiCompatible({ baseURL: server.baseURL, model }),
    tools: [tool({ name: 'list_sites', description: 'Lists the sites.', execute: () => [1, 2] })],
    output: z.object({ name: z.string(), stay: z.enum(['short', 'long']) }),
  });
  const result = await agent.run('Ada stays for nine nights.');
  expect(result).toMatchObject({ output: { name: 'Ada', stay: 'long' } });
  expect(JSON.stringify(server.chats[0])).toContain('list_sites');
  expect(JSON.stringify(server.chats[1])).not.toContain('list_sites');
});

test.each([
  ['must have a name and not the identifier of it', 'ownerName', ['t-4', 'g-2']],
  ['may have an identifier', 'owner', ['t-4']],
])('a form %s', async (_what, field, expected) => {
  await using server = await startRoutedServer(
    { '/v1/models': listsModel(model, 'llamacpp') },
    call('show_tent', { tent_id: 't-4' }),
    repliesText(JSON.stringify({ answer: { [field]: 'g-2', side: 'north' } })),
    call('show_guest', { guest_id: 'g-2' }),
    repliesText(JSON.stringify({ answer: { [field]: 'Ada', side: 'north' } })),
  );
  const ran: string[] = [];
  const lookUp = (thing: 'tent' | 'guest', result: object) =>
    tool({
      name: `show_${thing}`,
      description: 'Shows it.',
      parameters: z.object({ [`${thing}_id`]: z.string().describe(about[`${thing}_id`] ?? '') }),
      execute: (args) => {
        ran.push(...Object.values(args));
        return result;
      },
    });
  const agent = new Agent({
    name: 'camp',
    model: openaiCompatible({ baseURL: server.baseURL, model }),
    tools: [lookUp('tent', { guest: 'g-2', side: 'north' }), lookUp('guest', { name: 'Ada' })],
    output: z.object({ [field]: z.string(), side: z.string() }),
  });
  await agent.run('Look up t-4 and fill in the form.');
  expect(ran).toEqual(expected);
});
