import { expect, test } from '@jest/globals';
import { answer, ask, call, closed, text } from '../support/small-agent.ts';

const words = { parameters: closed({ words: text('Words of the name') }) };
const rent = {
  find_carts: { ...words, result: [] },
  find_miners: { ...words, result: [] },
  extend_shift: {
    description: 'Gives a shift more hours.',
    parameters: closed({ shift_id: text('Such as F31'), hours: { type: 'integer' } }),
  },
};

test('a small model that searches for something else must ask for the identifier that an order needs', async () => {
  const { ran, allowed, result } = await ask(
    'Please extend my shift by two hours.',
    rent,
    call('find_carts', { words: 'free cart' }),
    answer('There are no free carts.'),
    answer('Which shift?'),
  );
  expect(ran).toEqual(['find_carts {"words":"free cart"}']);
  expect(allowed[2]).toEqual({ tools: [], answer: true });
  expect(result).toMatchObject({ output: 'Which shift?' });
});

test.each([
  ['the search was for what the order names', 'Extend the shift of the night crew.', 'night crew'],
  ['the input has a name', 'Extend the shift of Ada Lund.', 'Lund'],
  ['the order has its identifier', 'Extend the shift F7 by two hours.', 'free cart'],
  ['nothing was ordered', 'Is there a longer shift?', 'free cart'],
])('a small model need not ask if %s', async (_why, input, searched) => {
  const { result } = await ask(
    input,
    rent,
    call('find_carts', { words: searched }),
    ...Array.from({ length: 4 }, () => answer('Nothing was found.')),
  );
  const reasons = result.fixes.map((fix) => ('reason' in fix ? fix.reason : ''));
  expect(reasons).not.toContainEqual(expect.stringContaining('neither given nor looked up'));
});

const cart = (result: object) => ({
  get_cart: { parameters: closed({ cart_id: text('Such as C12') }), result },
});

test('a small model that confirms a word that no result has must read the results again', async () => {
  const { allowed, result } = await ask(
    'Is C13 an electric?',
    cart({ id: 'C13', drive: 'manual' }),
    call('get_cart', { cart_id: 'C13' }),
    answer('C13 is an electric.'),
    answer('No, C13 is manual.'),
  );
  expect(allowed[2]).toEqual({ tools: [], answer: true });
  expect(result).toMatchObject({ output: 'No, C13 is manual.' });
  expect(result.fixes).toMatchObject([
    { kind: 'asked-again', reason: 'The reply confirms "electric", which no result has.' },
  ]);
});

test.each([
  ['a result has the word', { drive: 'electric' }, 'C13 is an electric.'],
  ['it denies the word', { drive: 'manual' }, 'C13 is not electric.'],
  ['the results have no words', { id: 'C13', volts: 48 }, 'Yes, C13 is an electric.'],
])('a small model need not read the results again if %s', async (_why, result, reply) => {
  const { result: end } = await ask(
    'Is C13 an electric?',
    cart(result),
    call('get_cart', { cart_id: 'C13' }),
    answer(reply),
  );
  expect(end).toMatchObject({ output: reply, fixes: [] });
});
