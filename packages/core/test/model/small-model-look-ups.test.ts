import { describe, expect, test } from '@jest/globals';
import { answer, ask, call, closed, type SmallTool, text } from '../support/small-agent.ts';

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

test.each([
  ['Pump water', 'Pump 40 litres for Ada.', 'make_pumping'],
  ['a reservation', 'Reserve the shaft for Ada.', 'createReservation'],
  ['a verb at its end', 'Hand the lamp over.', 'lamp_handover'],
])(
  'a small model must do what the name of an action has as its thing: %s',
  async (_what, input, name) => {
    const { ran, allowed } = await ask(
      input,
      { person_search: {}, [name]: {}, close_shaft: {} },
      call('person_search', {}),
      answer('Ada was found.'),
      call(name, {}),
      answer('Done.'),
    );
    expect(ran).toEqual(['person_search {}', `${name} {}`]);
    expect(allowed[2]).toEqual({ tools: [name], answer: false });
  },
);

test.each([
  ['the verb of an order with a particle', 'Check the lamp of Ada.', 'lamp_checkout'],
  ['the thing of a statement', 'Pump P40 moved to the shaft of Ada.', 'write_to_pump'],
  ['a thing that is late', 'Pumping is late for Ada.', 'make_pumping'],
  ['a thing with a number', 'Order 1042 for Ada.', 'place_order'],
])('a small model may end before an action whose name has %s', async (_what, input, name) => {
  const { result } = await ask(
    input,
    { person_search: {}, [name]: { description: 'Does its work.' } },
    call('person_search', {}),
    answer('Ada was found.'),
  );
  expect(result).toMatchObject({ output: 'Ada was found.', fixes: [] });
});

test.each([
  ['save_search', 0],
  ['createFind', 0],
  ['print_list', 0],
  ['requests_get', 0],
  ['page_get', 1],
  ['pageSearch', 1],
])('only a look-up may use an address of the model: %s runs %d times', async (name, times) => {
  const { ran } = await ask(
    'Is the lamp of the pump on?',
    { [name]: { parameters: closed({ pump_url: text('Where it is') }) } },
    call(name, { pump_url: 'https://pumps.example.com/7' }),
    answer('Which pump?'),
  );
  expect(ran).toHaveLength(times);
});

test('a small model looks up the value that an action needs where a word of the user leads', async () => {
  const shaft_id = text('Such as S12');
  const { allowed } = await ask(
    'Reserve S40 for all miners.',
    {
      list_repairs: { description: 'Lists the repairs.', parameters: closed({ shaft_id }) },
      show_crew: { description: 'Shows how many miners work.', parameters: closed({ shaft_id }) },
      reserve: { parameters: closed({ shaft_id, places: { type: 'number' } }) },
    },
    call('reserve', { shaft_id: 'S40', places: 100 }),
    answer('How many?'),
  );
  expect(allowed[1]?.tools).toEqual(['show_crew']);
});

test('a small model looks up the name in a further input, and does not do the same again', async () => {
  const person_id = text('Such as P12');
  const { ran, allowed } = await ask(
    ['Call P40.', 'And Ada, too.'],
    {
      find_people: { parameters: closed({ name: text() }), result: { id: 'P7' } },
      call_person: { parameters: closed({ person_id }) },
    },
    call('call_person', { person_id: 'P40' }),
    answer('Called.'),
    call('call_person', { person_id: 'P40' }),
    call('find_people', { name: 'Ada' }),
    call('call_person', { person_id: 'P7' }),
    answer('Called.'),
  );
  expect(ran).toEqual([
    'call_person {"person_id":"P40"}',
    'find_people {"name":"Ada"}',
    'call_person {"person_id":"P7"}',
  ]);
  expect(allowed[3]?.tools).toEqual(['find_people']);
});

test('a small model may repeat a name that the user gave before', async () => {
  const { result } = await ask(
    ['I am Vera, the miner of Leeds.', 'Which name did I give, and is Leeds my town?'],
    { find_people: { parameters: closed({ name: text() }) } },
    answer('Hello.'),
    answer('You are the miner Vera.'),
  );
  expect(result).toMatchObject({ output: 'You are the miner Vera.', fixes: [] });
});

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

test.each([
  ['a question', 'How many lamps are in shaft S40?', 'There are 3 lamps.'],
  ['an order', 'Put more lamps into shaft S40, please.', 'How many?'],
])(
  'a small model must ask for the amount of an action only after %s',
  async (_what, input, output) => {
    const shaft_id = text('Such as S12');
    const { result } = await ask(
      input,
      {
        show_shaft: { parameters: closed({ shaft_id }), result: { lamps: 3 } },
        put_lamps: { parameters: closed({ shaft_id, lamps: { type: 'number' } }) },
      },
      call('put_lamps', { shaft_id: 'S40', lamps: 10 }),
      call('show_shaft', { shaft_id: 'S40' }),
      answer('There are 3 lamps.'),
      answer('How many?'),
    );
    expect(result).toMatchObject({ output });
  },
);
