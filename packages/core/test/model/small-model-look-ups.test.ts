import { describe, expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import type { JsonObject } from '../../src/json.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { jsonSchema } from '../../src/schema/convert/to-schema.ts';
import { tool } from '../../src/tool/tool.ts';
import { allowedBy, grammarsOf } from '../support/allowed-by.ts';
import type { Answer } from '../support/model-server.ts';
import { listsModel, repliesText, startRoutedServer } from '../support/routed-server.ts';

const model = 'qwen2.5-coder-1.5b-instruct';

const call = (name: string, args: object) =>
  repliesText(JSON.stringify({ calls: [{ name, arguments: args }] }));
const answer = (text: string) => repliesText(JSON.stringify({ answer: text }));

interface SmallTool {
  readonly description?: string;
  readonly parameters?: JsonObject;
  readonly result?: object;
}

const closed = (properties: JsonObject): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const text = (description = ''): JsonObject => ({ type: 'string', description });

/** Runs an agent with these tools and replies: what ran, the answer, and what each request allowed. */
async function ask(
  input: string,
  tools: Readonly<Record<string, SmallTool>>,
  ...replies: readonly Answer[]
) {
  await using server = await startRoutedServer(
    { '/v1/models': listsModel(model, 'llamacpp') },
    ...replies,
  );
  const ran: string[] = [];
  const agent = new Agent({
    name: 'mine',
    model: openaiCompatible({ baseURL: server.baseURL, model, dialect: 'guided' }),
    tools: Object.entries(tools).map(
      ([name, { description = 'Does its work.', parameters = closed({}), result = {} }]) =>
        tool({
          name,
          description,
          parameters: jsonSchema<JsonObject>(parameters),
          execute: (args) => {
            ran.push(`${name} ${JSON.stringify(args)}`);
            return result;
          },
        }),
    ),
  });
  const result = await agent.run(input);
  const grammars = grammarsOf(server.chats);
  return { result, ran, grammars, allowed: allowedBy(grammars, Object.keys(tools)) };
}

describe('a small model may only use identifiers of the conversation', () => {
  const searchShafts: SmallTool = {
    parameters: closed({ words: text() }),
    result: [{ shaft: 'S40', level: 3 }],
  };
  const search = call('searchShafts', { words: 'North' });

  test.each([
    ['in a parameter that is named a number', closed({ shaftNumber: text('e.g. S12') })],
    ['in a parameter that is described as an id', closed({ shaft: text('Id, like S12') })],
    [
      'in an object',
      closed({ place: closed({ shaft_id: text('Such as S12'), side: text('East or west') }) }),
    ],
    [
      'in objects of a list',
      closed({ stops: { type: 'array', items: closed({ shaft_id: text('Such as S12') }) } }),
    ],
  ])('%s', async (_where, parameters) => {
    const { allowed, grammars } = await ask(
      'Close the North shaft.',
      { searchShafts, close: { parameters } },
      search,
      answer('It cannot be closed.'),
    );
    expect(allowed[0]?.tools).toEqual(['searchShafts']);
    expect(allowed[1]?.tools).toEqual(['searchShafts', 'close']);
    expect(grammars[1]).toContain('"enum":["S40"]');
  });

  test('in a list, with the example of the parameter for one of them', async () => {
    const { allowed, grammars } = await ask(
      'Close the North shaft.',
      {
        searchShafts,
        getShaft: { parameters: closed({ shaft_id: text('Such as S12') }) },
        close: { parameters: closed({ shaft_ids: { type: 'array', items: text() } }) },
      },
      search,
      answer('It cannot be closed.'),
    );
    expect(allowed[0]?.tools).toEqual(['searchShafts']);
    expect(grammars[1]?.match(/"enum":\["S40"\]/g)).toHaveLength(2);
  });

  test('in a parameter that takes a whole number, and not the number of its example', async () => {
    const shaftNumber = { type: 'integer', description: 'For example 1001' };
    const { allowed, grammars } = await ask(
      'Close the North shaft.',
      {
        searchShafts: {
          parameters: closed({ words: text() }),
          result: [{ number: 2040, postcode: '4030' }],
        },
        close: { parameters: closed({ shaftNumber }) },
      },
      search,
      answer('It cannot be closed.'),
    );
    expect(allowed.map(({ tools }) => tools)).toEqual([
      ['searchShafts'],
      ['searchShafts', 'close'],
    ]);
    expect(grammars[1]).toContain('"enum":[2040]');
  });

  test('in a parameter that takes a whole number, if it has about as many digits as the example', async () => {
    const orderNumber = { type: 'integer', description: 'such as 1001' };
    const { grammars } = await ask(
      'Add 5 lamps to order 10377.',
      { add: { parameters: closed({ orderNumber, lamps: { type: 'integer' } }) } },
      call('add', { orderNumber: 10377, lamps: 5 }),
      answer('Done.'),
    );
    expect(grammars[0]).toContain('"enum":[10377]');
  });

  test('and may look up a thing by its number', async () => {
    const { ran } = await ask(
      'Is S40 wet?',
      {
        getShaft: { parameters: closed({ shaftNumber: text('e.g. S12') }), result: { wet: true } },
      },
      call('getShaft', { shaftNumber: 'S40' }),
      answer('Yes, S40 is wet.'),
    );
    expect(ran).toEqual(['getShaft {"shaftNumber":"S40"}']);
  });

  test('but a number may begin with other letters than its example', async () => {
    const { allowed, grammars } = await ask(
      'When does train ICE77 leave?',
      { showTrain: { parameters: closed({ trainNumber: text('e.g. RE5') }) } },
      call('showTrain', { trainNumber: 'ICE77' }),
      answer('At nine.'),
    );
    expect(allowed[0]?.tools).toEqual(['showTrain']);
    expect(grammars[0]).toContain('"enum":["ICE77"]');
  });

  test('and any text in a parameter without an example', async () => {
    const { grammars } = await ask(
      'Write down that S40 is wet.',
      { write: { parameters: closed({ note: text('For example: the lamp is broken') }) } },
      call('write', { note: 'S40 is wet' }),
      answer('Done.'),
    );
    expect(grammars[0]).not.toContain('"enum"');
  });
});

test.each([
  ['How deep is the shaft?', 'It is 55.5 metres deep.'],
  ['please give me the depth of the shaft', 'It is 55 metres deep.'],
])('a small model must look up a number that nobody gave: %s', async (input, guess) => {
  const { ran, allowed } = await ask(
    input,
    { show_shaft: { result: { depth: 40 } }, close_shaft: {} },
    answer(guess),
    call('show_shaft', {}),
    answer('It is 40 metres deep.'),
  );
  expect(ran).toEqual(['show_shaft {}']);
  expect(allowed[1]).toEqual({ tools: ['show_shaft'], answer: false });
});

test.each([100, 0])(
  'a small model looks up the value that an action needs in the thing that it acts on, and not %d',
  async (madeUp) => {
    const shaft_id = text('Such as S12');
    const { ran, allowed } = await ask(
      'Pump the whole water out of S40.',
      {
        find_people: { parameters: closed({ name: text() }) },
        show_shaft: { parameters: closed({ shaft_id }), result: { litres: 730 } },
        pump: { parameters: closed({ shaft_id, litres: { type: 'number' } }) },
      },
      call('pump', { shaft_id: 'S40', litres: madeUp }),
      call('show_shaft', { shaft_id: 'S40' }),
      call('pump', { shaft_id: 'S40', litres: 730 }),
      answer('Done.'),
    );
    expect(ran).toEqual(['show_shaft {"shaft_id":"S40"}', 'pump {"shaft_id":"S40","litres":730}']);
    expect(allowed[1]).toEqual({ tools: ['show_shaft'], answer: true });
  },
);

test.each(['report_defect', 'reportDefect'])(
  'a small model must do what the user ordered with another verb: %s',
  async (name) => {
    const { ran, allowed } = await ask(
      'The lamp of shaft S40 is broken. Note the defect.',
      { show_shaft: {}, [name]: {}, close_shaft: {} },
      call('show_shaft', {}),
      answer('The lamp is broken.'),
      call(name, {}),
      answer('The defect is noted.'),
    );
    expect(ran).toEqual(['show_shaft {}', `${name} {}`]);
    expect(allowed[2]).toEqual({ tools: [name], answer: false });
  },
);

test('a small model must look up what an order needs before it does something else', async () => {
  const shaftNumber = text('e.g. S12');
  const { ran, allowed } = await ask(
    'Close the shaft of Ada to visitors.',
    {
      find_owner: { parameters: closed({ name: text() }), result: { owner_id: 'W7' } },
      list_shafts: { parameters: closed({ owner_id: text('Such as W1') }), result: ['S40'] },
      close_shaft: { parameters: closed({ shaftNumber }) },
      write_to_owner: { parameters: closed({ owner_id: text('Such as W1') }) },
    },
    call('find_owner', { name: 'Ada' }),
    call('write_to_owner', { owner_id: 'W7' }),
    call('list_shafts', { owner_id: 'W7' }),
    call('close_shaft', { shaftNumber: 'S40' }),
    answer('It is closed.'),
  );
  expect(ran).toEqual([
    'find_owner {"name":"Ada"}',
    'list_shafts {"owner_id":"W7"}',
    'close_shaft {"shaftNumber":"S40"}',
  ]);
  expect(allowed[2]?.tools).toEqual(['list_shafts']);
});

test('a small model must look up a thing that the user named by its number', async () => {
  const orderNumber = { type: 'integer', description: 'such as 1001' };
  const { ran } = await ask(
    'Has order 1042 come?',
    { getOrder: { parameters: closed({ orderNumber }), result: { came: false } } },
    answer('It is on its way.'),
    call('getOrder', { orderNumber: 1042 }),
    answer('It has not come.'),
  );
  expect(ran).toEqual(['getOrder {"orderNumber":1042}']);
});

test('a small model must look up whether something is so', async () => {
  const { ran, allowed } = await ask(
    'Do we have lamps?',
    { find_things: { parameters: closed({ words: text() }), result: [] }, buy: {} },
    answer('Yes, we have lamps.'),
    call('find_things', { words: 'lamps' }),
    answer('No, there are none.'),
  );
  expect(ran).toEqual(['find_things {"words":"lamps"}']);
  expect(allowed[1]).toEqual({ tools: ['find_things'], answer: false });
});

test.each([
  ['it follows from the input', 'What is 17 % of 42?', 'It is 7.14.'],
  ['it explains a word', 'What is a shaft?', 'A hole of 20 metres or more.'],
  ['the input asks for nothing', 'Thank you for the visit.', 'Come back at 9!'],
])('a small model may give a number at once if %s', async (_why, input, reply) => {
  const { result } = await ask(input, { show_shaft: {} }, answer(reply));
  expect(result).toMatchObject({ output: reply, fixes: [] });
});

test.each([
  ['Which shafts are wet?', '["wet","dry"]'],
  ['Which shafts are there?', undefined],
])(
  'a small model may only filter by a listed value that the conversation has: %s',
  async (input, list) => {
    const state = { type: 'string', enum: ['wet', 'dry'] };
    const { grammars } = await ask(
      input,
      {
        list_shafts: { parameters: { ...closed({ state }), required: [] } },
        mark_shafts: { parameters: { ...closed({ mark: state }), required: [] } },
      },
      call('list_shafts', {}),
      answer('None.'),
    );
    expect(/"state":\{"enum":(\[.*?\])/.exec(grammars[0] ?? '')?.[1]).toBe(list);
    expect(grammars[0]).toContain('"mark":{"enum":["wet","dry"]');
  },
);

describe('an answer of a small model after a look-up', () => {
  const tools: Readonly<Record<string, SmallTool>> = {
    show_shaft: { description: 'Shows a shaft.', result: { depth: 40 } },
    check_air: {
      description: 'The gas in the air of a shaft by its depth.',
      result: { methane: 2 },
    },
    check_in: { description: 'A person goes down.' },
    find_people: { parameters: closed({ name: text() }) },
    close_shaft: { description: 'Closes a shaft.' },
  };

  test.each([
    'How much gas is in the shaft?',
    'The foreman wants to know whether there is gas in the shaft.',
  ])('is followed by the look-up that is about what the user asked for: %s', async (input) => {
    const { result, ran, allowed } = await ask(
      input,
      tools,
      call('show_shaft', {}),
      answer('It is 40.'),
      call('check_air', {}),
      answer('There are 2 percent of methane gas.'),
    );
    expect(result).toMatchObject({ output: 'There are 2 percent of methane gas.' });
    expect(ran).toEqual(['show_shaft {}', 'check_air {}']);
    expect(allowed[2]).toEqual({ tools: ['check_air'], answer: false });
  });

  test('is followed by another look-up if it only repeats the question with an identifier', async () => {
    const { ran } = await ask(
      'Which foreman is in the shaft?',
      { show_shaft: { result: { depth: 40, owner: 'W7' } }, list_people: { result: ['Ada'] } },
      call('show_shaft', {}),
      answer('The shaft of 40 metres has the foreman W7.'),
      call('list_people', {}),
      answer('Ada.'),
    );
    expect(ran).toEqual(['show_shaft {}', 'list_people {}']);
  });

  test.each([
    ['the answer is a refusal', 'How much gas is in the shaft?', 'There is no gas.'],
    ['it is about a day', 'When is the shaft open on Mondays?', 'On Mondays from 8 to 9.'],
    ['no other look-up is about it', 'How deep is the shaft?', 'It is 40 deep.'],
    ['another look-up shares only small words', 'How deep is the shaft by the lake?', 'It is 40.'],
    ['it is in another language', 'Wie viel gas hat der Schacht?', 'Es sind 40.'],
  ])('is accepted if %s', async (_why, input, reply) => {
    const { result } = await ask(input, tools, call('show_shaft', {}), answer(reply));
    expect(result).toMatchObject({ output: reply, fixes: [] });
  });
});
