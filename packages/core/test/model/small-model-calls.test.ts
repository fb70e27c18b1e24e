import { expect, test } from '@jest/globals';
import { repliesText } from '../support/routed-server.ts';
import { answer, ask, call, closed, type SmallTool, text } from '../support/small-agent.ts';

const calls = (...made: readonly (readonly [name: string, args: object])[]) =>
  repliesText(JSON.stringify({ calls: made.map(([name, args]) => ({ name, arguments: args })) }));

const number = { type: 'number' };
const priceOf: SmallTool = {
  description: 'Shows the current price of a coin.',
  parameters: closed({ coin: text('The symbol of the coin'), unit: text('The symbol of a unit') }),
};
const area: SmallTool = {
  description: 'Calculates the area of a rectangle.',
  parameters: closed({ width: number, height: number }),
};
const painters: SmallTool = {
  description: 'Lists the painters of a museum in a century.',
  parameters: closed({ museum: text('The name of the museum'), century: number }),
};

test('a small model answers without a call if no tool is about what the user wrote', async () => {
  const { ran, result, allowed } = await ask(
    'Tell me the sine of 45 degrees.',
    { coin_price: priceOf },
    call('coin_price', { coin: 'BTC', unit: 'USD' }),
    answer('About 0.71.'),
  );
  expect(ran).toEqual([]);
  expect(allowed[1]).toEqual({ tools: [], answer: true });
  expect(result).toMatchObject({ output: 'About 0.71.' });
});

test.each([
  ['a tool has a word of the user', 'What does a coin cost?', { coin: 'BTC', unit: 'USD' }],
  ['the user gave each value', 'And for the BTC in USD?', { coin: 'BTC', unit: 'USD' }],
])('a small model may call a tool if %s', async (_why, input, values) => {
  const { ran } = await ask(
    input,
    { coin_price: priceOf },
    call('coin_price', values),
    answer('It costs 7.'),
  );
  expect(ran).toHaveLength(1);
});

test.each(['The Louvre', 'Metropolitan Museum', 'Orsay, Paris'])(
  'a look-up with the made-up name %s does not run',
  async (museum) => {
    const { ran, allowed } = await ask(
      'Who are the famous dancers and painters of the 19th century?',
      { list_painters: painters },
      call('list_painters', { museum, century: 19 }),
      answer('Of which museum?'),
    );
    expect(ran).toEqual([]);
    expect(allowed[1]?.tools).toEqual([]);
  },
);

test.each([
  ['a part of it is in the conversation', 'the painters of the Louvre', 'Louvre Museum, Paris'],
  ['the user wrote its initials', 'the painters in the MM', 'Metropolitan Museum'],
  ['it is a code', 'the painters in the Modern Art thing', 'MOMA'],
  ['it is not a name', 'the painters in the big house', 'gallery'],
])('a look-up with another name runs if %s', async (_why, input, museum) => {
  const { ran } = await ask(
    `Show me ${input} in century 19.`,
    { list_painters: painters },
    call('list_painters', { museum, century: 19 }),
    answer('There are 3.'),
  );
  expect(ran).toHaveLength(1);
});

test('a small model must make another call for what the user listed after "and"', async () => {
  const { ran, grammars } = await ask(
    'What is the area of a rectangle of 3 by 4 metres and of 5 by 6 metres?',
    { area },
    call('area', { width: 3, height: 4 }),
    calls(['area', { width: 3, height: 4 }], ['area', { width: 5, height: 6 }]),
    answer('12 and 30.'),
  );
  expect(ran).toEqual(['area {"width":3,"height":4}', 'area {"width":5,"height":6}']);
  expect(grammars[0]).toContain('"minItems":1');
  expect(grammars[1]).toContain('"minItems":2');
  expect(grammars[1]).not.toContain('"answer"');
});

test.each([
  'What is the area of a rectangle of 3 by 4 metres?',
  'A room is 3 and 4 metres wide, and 100% of it is used. What is the area of the rectangle?',
])('one call is enough for %s', async (input) => {
  const { ran } = await ask(input, { area }, call('area', { width: 3, height: 4 }), answer('12.'));
  expect(ran).toHaveLength(1);
});

test('a small model must use the tool for a number that the answer made up', async () => {
  const { ran, allowed } = await ask(
    'What is the area of a rectangle of 3 by 41 metres? Calculate it.',
    { area },
    answer('The area is 120 square metres.'),
    call('area', { width: 3, height: 41 }),
    answer('123.'),
  );
  expect(ran).toHaveLength(1);
  expect(allowed[1]).toEqual({ tools: ['area'], answer: false });
});

test('a small model that writes a look-up twice in one reply makes it once, but an action twice', async () => {
  const twice = async (name: string) => {
    const { ran, result } = await ask(
      'Show me the list twice.',
      { [name]: {} },
      calls([name, {}], [name, {}]),
      answer('Done.'),
    );
    return { ran, fixes: result.fixes.map(({ kind }) => kind) };
  };
  expect(await twice('show_list')).toEqual({ ran: ['show_list {}'], fixes: ['dropped-calls'] });
  expect((await twice('print_list')).ran).toHaveLength(2);
});

test('a grammar of a small model follows the form of a place, and bounds lists', async () => {
  const topics = { type: 'array', items: { type: 'string', enum: ['art', 'food', 'music'] } };
  const find_events: SmallTool = {
    description: 'Finds events in a city.',
    parameters: {
      ...closed({ place: text('In the format "City, State"'), topics }),
      required: ['place'],
    },
  };
  const asking = async (input: string) => {
    const { grammars } = await ask(input, { find_events }, answer('None.'));
    return grammars[0];
  };
  expect(await asking('What happens with music in Austin?')).toContain('"pattern"');
  expect(await asking('What happens with music in Zürich?')).not.toContain('"pattern"');
  expect(await asking('What happens with music in Austin?')).toContain('"maxItems":3');
});

test('a filter with a value that the user wrote is required', async () => {
  const kind = { type: 'string', enum: ['fantasy', 'comedy'] };
  const find_films: SmallTool = {
    description: 'Finds films.',
    parameters: { ...closed({ by: text(), kind }), required: ['by'] },
  };
  const { grammars } = await ask('Is there a fantasy film by Jim?', { find_films }, answer('No.'));
  expect(grammars[0]).toContain('"required":["by","kind"]');
});

test.each([
  ['does not run if the user named none', 'Find a hotel in the hills of Rome.', 0],
  ['runs if the user named one', 'Find a hotel with a pool in the hills of Rome.', 1],
])('a look-up with every value that a list may have %s', async (_why, input, times) => {
  const items = { type: 'string', enum: ['pool', 'sauna', 'garage'] };
  const find_hotel: SmallTool = {
    description: 'Finds a hotel.',
    parameters: closed({ town: text(), extras: { type: 'array', items } }),
  };
  const { ran } = await ask(
    input,
    { find_hotel },
    call('find_hotel', { town: 'Rome', extras: ['pool', 'sauna', 'garage'] }),
    answer('Which extras do you want?'),
  );
  expect(ran).toHaveLength(times);
});

const moveTent: SmallTool = {
  description: 'Moves a tent.',
  parameters: closed({ tent: text(''), field: text(''), row: text('') }),
};

test('a small model must write each fact in one field', async () => {
  const { ran, result } = await ask(
    'Move the tent Blue to North 17.',
    { move_tent: moveTent },
    call('move_tent', { tent: 'Blue', field: 'North 17', row: 'North' }),
    call('move_tent', { tent: 'Blue', field: 'North', row: '17' }),
    answer('Moved.'),
  );
  expect(ran).toEqual(['move_tent {"tent":"Blue","field":"North","row":"17"}']);
  expect(result.fixes).toMatchObject([
    { reason: 'The value of "field" contains the value of "row".' },
  ]);
});

test.each([
  ['has the same value', { tent: 'Blue', field: 'North', row: 'North' }],
  ['has only a part of a word of another one', { tent: 'Blue', field: 'North', row: 'Nor' }],
  ['is not a fact of the user', { tent: 'Blue', field: 'North side', row: 'side' }],
])('a small model may call a tool if a field %s', async (_why, values) => {
  const { ran } = await ask(
    'Move the tent Blue to the North, Nor 17.',
    { move_tent: moveTent },
    call('move_tent', values),
    answer('Moved.'),
  );
  expect(ran).toHaveLength(1);
});
