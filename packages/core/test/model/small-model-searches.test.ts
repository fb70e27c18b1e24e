import { expect, test } from '@jest/globals';
import { repliesText } from '../support/routed-server.ts';
import { answer, ask, call, closed, text } from '../support/small-agent.ts';

const calls = (...made: readonly (readonly [name: string, args: object])[]) =>
  repliesText(JSON.stringify({ calls: made.map(([name, args]) => ({ name, arguments: args })) }));

const number = { type: 'integer' };
const words = { parameters: closed({ words: text('Words of the name') }) };
const searches = {
  find_lamps: { ...words, result: [] },
  find_shafts: { ...words, result: [{ id: 'S40', name: 'Old Anna' }] },
};

test('what a search of a small model did not find is looked up with the other search', async () => {
  const { ran, allowed, result } = await ask(
    'How deep is the Old Anna?',
    searches,
    call('find_lamps', { words: 'Old Anna' }),
    answer('There is no lamp with that name.'),
    call('find_shafts', { words: 'Old Anna' }),
    answer('It is the shaft S40.'),
  );
  expect(ran).toEqual(['find_lamps {"words":"Old Anna"}', 'find_shafts {"words":"Old Anna"}']);
  expect(allowed[2]).toEqual({ tools: ['find_shafts'], answer: false });
  expect(result).toMatchObject({ output: 'It is the shaft S40.' });
});

test('a number that a search of a small model did not find is looked up with the tool that takes it', async () => {
  const miner_no = { ...number, description: 'Number of the miner, such as 12' };
  const { ran, allowed } = await ask(
    'What does the owner of lamp L7 earn?',
    {
      get_lamp: { parameters: closed({ lamp_id: text('Such as L3') }), result: { owner: 31 } },
      find_miners: { ...words, result: { error: 'nobody has that name' } },
      open_miner: {
        description: 'Opens the card of a miner: name, wage.',
        parameters: closed({ miner_no }),
        result: { name: 'Ada', wage: 900 },
      },
    },
    call('get_lamp', { lamp_id: 'L7' }),
    call('find_miners', { words: '31' }),
    answer('The owner was not found.'),
    call('open_miner', { miner_no: 31 }),
    answer('Ada earns 900.'),
  );
  expect(ran.at(-1)).toBe('open_miner {"miner_no":31}');
  expect(allowed[3]).toEqual({ tools: ['open_miner'], answer: false });
});

test.each([
  ['the search found something', 'Where is the Old Anna?', [{ id: 'S1' }], 'I do not know.'],
  ['the words are no name', 'Is there a red lamp?', [], 'There is no lamp like that.'],
])('a small model need not search again if %s', async (_why, input, result, reply) => {
  const { ran } = await ask(
    input,
    { ...searches, find_lamps: { ...words, result } },
    call('find_lamps', { words: input.includes('Anna') ? 'Old Anna' : 'red lamp' }),
    answer(reply),
  );
  expect(ran).toHaveLength(1);
});

test('of several look-ups of a small model, those with a made-up value are dropped', async () => {
  const { ran, result } = await ask(
    'How deep is the Old Anna?',
    { ...searches, get_lamp: { parameters: closed({ lamp_id: text('Such as L3') }) } },
    calls(['find_shafts', { words: 'Old Anna' }], ['get_lamp', { lamp_id: 'L9' }]),
    answer('It is the shaft S40.'),
  );
  expect(ran).toEqual(['find_shafts {"words":"Old Anna"}']);
  expect(result.fixes).toMatchObject([{ kind: 'dropped-calls', names: ['get_lamp'] }]);
});

test('with an action, no call of the reply runs before the made-up value is looked up', async () => {
  const { ran } = await ask(
    'Close the Old Anna.',
    { ...searches, close_shaft: { parameters: closed({ shaft_id: text('Such as S12') }) } },
    calls(['find_shafts', { words: 'Old Anna' }], ['close_shaft', { shaft_id: 'S99' }]),
    answer('Which shaft?'),
  );
  expect(ran).toEqual([]);
});

test('a small model that makes up an identifier must search for what the user named', async () => {
  const { allowed, ran } = await ask(
    'Please close the Old Anna.',
    {
      ...searches,
      show_weather: {},
      close_shaft: { parameters: closed({ shaft_id: text('Such as S12') }) },
    },
    call('close_shaft', { shaft_id: 'S99' }),
    call('find_shafts', { words: 'Old Anna' }),
    call('close_shaft', { shaft_id: 'S40' }),
    answer('Closed.'),
  );
  expect(allowed[1]?.tools).toEqual(['find_lamps', 'find_shafts']);
  expect(ran.at(-1)).toBe('close_shaft {"shaft_id":"S40"}');
});

test.each([
  ['only once', 'Old Anna wants 40 lamps.', 0],
  ['twice', 'Number 40 wants 40 lamps for the Old Anna.', 1],
])(
  'a number of the input may be an identifier and an amount if it is there %s',
  async (_times, input, times) => {
    const miner_no = { ...number, description: 'Number of the miner, such as 12' };
    const { ran } = await ask(
      input,
      { ...searches, lend_lamps: { parameters: closed({ miner_no, lamps: number }) } },
      call('lend_lamps', { miner_no: 40, lamps: 40 }),
      answer('Who?'),
    );
    expect(ran).toHaveLength(times);
  },
);

test.each([
  ['no time', 'Rent lamp L7 to Ada, please.', 0],
  ['a month', 'Rent lamp L7 to Ada for a month, please.', 1],
  ['one of something', 'Rent lamp L7 to Ada for one, please.', 1],
])('a small model may write 1 for a time if the user named %s', async (_time, input, times) => {
  const { ran } = await ask(
    input,
    {
      rent_lamp: {
        parameters: closed({
          lamp_id: text('Such as L3'),
          duration: { ...number, description: 'How long, in months' },
        }),
      },
    },
    call('rent_lamp', { lamp_id: 'L7', duration: 1 }),
    answer('How long?'),
  );
  expect(ran).toHaveLength(times);
});

test('an identifier of a small model that looks like those of another look-up is looked up there', async () => {
  const { ran, allowed } = await ask(
    'How often is the bed of ROS118 watered?',
    {
      bed_details: {
        parameters: closed({ bedCode: text('Code of the bed, such as N3') }),
        result: { error: 'Unknown bed ROS118' },
      },
      plant_details: { parameters: closed({ sku: text('Code of the plant, such as LAV210') }) },
      show_lamp: { parameters: closed({ lamp_id: text('Such as L7') }) },
    },
    call('bed_details', { bedCode: 'ROS118' }),
    answer('The bed ROS118 does not exist.'),
    call('plant_details', { sku: 'ROS118' }),
    answer('Four times.'),
  );
  expect(ran).toHaveLength(2);
  expect(allowed[2]).toEqual({ tools: ['plant_details'], answer: false });
});

test.each([
  ['only as that of something else', 'Customer 4071 has a lamp, so close their complaint.', 0],
  ['as its own', 'Customer 4071 has a lamp, so close complaint 4071.', 1],
  ['alone', 'Close 4071.', 1],
])('a number may be an identifier if the user gave it %s', async (_how, input, times) => {
  const numberOf = (thing: string) => ({
    ...number,
    description: `Number of the ${thing}, like 31`,
  });
  const { ran } = await ask(
    input,
    {
      customer_details: { parameters: closed({ customerNo: numberOf('customer') }) },
      complaint_close: { parameters: closed({ complaintNo: numberOf('complaint') }) },
    },
    call('complaint_close', { complaintNo: 4071 }),
    answer('Which one?'),
  );
  expect(ran).toHaveLength(times);
});

const lampAndShift = {
  show_lamp: { parameters: closed({ lamp_id: text('Such as L7') }), result: { shift: 'H2' } },
  show_shift: {
    parameters: closed({ shift_id: text('Such as H1') }),
    result: { starts: '19:30', hour: 21 },
  },
};

test.each(['It starts at 14:00.', 'Call 555-0199-22.'])(
  'a small model must look up a time or a phone number that nobody gave: %s',
  async (guess) => {
    const { ran, allowed } = await ask(
      'When does the shift of lamp L7 start, and who is called?',
      lampAndShift,
      call('show_lamp', { lamp_id: 'L7' }),
      answer(guess),
      call('show_shift', { shift_id: 'H2' }),
      answer('It starts at 7:30 pm.'),
    );
    expect(ran.at(-1)).toBe('show_shift {"shift_id":"H2"}');
    expect(allowed[2]).toEqual({ tools: ['show_shift'], answer: false });
  },
);

test.each(['It starts at 7:30.', 'It ends at 21:00.', 'At 9:00 it ends.'])(
  'a small model may write a time in another way: %s',
  async (reply) => {
    const { result } = await ask(
      'When does shift H2 start?',
      { ...lampAndShift, get_pump: {} },
      call('show_shift', { shift_id: 'H2' }),
      answer(reply),
    );
    expect(result).toMatchObject({ output: reply, fixes: [] });
  },
);
