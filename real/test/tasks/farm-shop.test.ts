import { expect, test } from '@jest/globals';
import { makeFarmShop, tasks } from '../../tasks/farm-shop.ts';
import { judgeSolution, type Solution } from '../support/judge-solution.ts';

const solutions: Readonly<Record<string, Solution>> = {
  price: { calls: [['searchProducts', { text: 'carrots' }]], text: '2.40 euros per kilo.' },
  stock: { calls: [['searchProducts', { text: 'potatoes' }]], text: '115 kg.' },
  status: { calls: [['getOrder', { orderNumber: 1042 }]], text: 'It is packed.' },
  'next-delivery': {
    calls: [
      ['findCustomer', { name: 'Bea Lang' }],
      ['listOrders', { customerNumber: 'K201' }],
    ],
    text: 'On 2026-12-04.',
  },
  'two-totals': {
    calls: [
      ['getOrder', { orderNumber: 1041 }],
      ['getOrder', { orderNumber: 1043 }],
    ],
    text: '23.80 and 31.50 euros.',
  },
  'phone-of-orderer': {
    calls: [
      ['getOrder', { orderNumber: 1043 }],
      ['getCustomer', { customerNumber: 'K203' }],
    ],
    text: '0699-1204',
  },
  cancel: { calls: [['cancelOrder', { orderNumber: 1043, reason: 'holiday' }]] },
  'cancel-refused': {
    calls: [['cancelOrder', { orderNumber: 1041 }]],
    text: 'It was already delivered.',
  },
  place: {
    calls: [['placeOrder', { customerNumber: 'K201', items: [{ sku: 'CAR-01', quantity: 3 }] }]],
  },
  'place-by-names': {
    calls: [
      ['searchProducts', { text: 'potatoes' }],
      ['searchProducts', { text: 'apples' }],
      [
        'placeOrder',
        {
          customerNumber: 'K203',
          items: [
            { sku: 'POT-02', quantity: 5 },
            { sku: 'APP-03', quantity: 2 },
          ],
        },
      ],
    ],
  },
  'place-refused': {
    calls: [['placeOrder', { customerNumber: 'K202', items: [{ sku: 'EGG-10', quantity: 4 }] }]],
    text: 'There are no eggs left.',
  },
  reschedule: {
    calls: [
      [
        'rescheduleDelivery',
        { orderNumber: 1042, delivery: { date: '2026-12-18', slot: 'morning' } },
      ],
    ],
  },
  'reschedule-by-name': {
    calls: [
      ['findCustomer', { name: 'Ines Pohl' }],
      ['listOrders', { customerNumber: 'K203', status: 'open' }],
      [
        'rescheduleDelivery',
        { orderNumber: 1043, delivery: { date: '2026-12-19', slot: 'evening' } },
      ],
    ],
  },
  'refund-part': { calls: [['refundOrder', { orderNumber: 1041, amountEuros: 4 }]] },
  'refund-full': {
    calls: [
      ['getOrder', { orderNumber: 1041 }],
      ['refundOrder', { orderNumber: 1041, amountEuros: 23.8 }],
    ],
  },
  'refund-too-much': {
    calls: [['refundOrder', { orderNumber: 1042, amountEuros: 90 }]],
    text: 'That is more than the total.',
  },
  address: {
    calls: [
      [
        'updateAddress',
        {
          customerNumber: 'K203',
          address: { street: 'Mill Lane 4', town: 'Graz', postcode: '8020' },
        },
      ],
    ],
  },
  'then-cancel': {
    calls: [
      ['listOrders', { customerNumber: 'K202', status: 'open' }],
      ['cancelOrder', { orderNumber: 1044 }],
    ],
  },
  'then-write': {
    calls: [
      ['getOrder', { orderNumber: 1042 }],
      ['writeToCustomer', { customerNumber: 'K201', text: 'The apples are sold out.' }],
    ],
  },
  'no-such-order': {
    calls: [['getOrder', { orderNumber: 2050 }]],
    text: 'There is no such order.',
  },
  'no-such-product': {
    calls: [['searchProducts', { text: 'pineapples' }]],
    text: 'No, we do not.',
  },
  'form-product': {
    calls: [['getProduct', { sku: 'APP-03' }]],
    output: { name: 'Apples', priceEuros: 3.1, inStock: true },
  },
  'form-text': { output: { product: 'honey', jars: 6, totalEuros: 39 } },
  explain: { text: 'The number of a product.' },
  thanks: { text: 'Goodbye!' },
};

test('every task of the farm shop has a solution', async () => {
  expect(Object.keys(solutions)).toEqual(tasks.map(({ id }) => id));
  for (const task of tasks) {
    const isSolved = await judgeSolution(task, makeFarmShop(), solutions[task.id] ?? {});
    expect([task.id, isSolved]).toEqual([task.id, true]);
  }
});

test('no task of the farm shop is solved without an answer, a change or a call', async () => {
  for (const task of tasks) {
    expect([task.id, await judgeSolution(task, makeFarmShop(), {})]).toEqual([task.id, false]);
  }
});

test('a change that nobody asked for is wrong in every task of the farm shop', async () => {
  for (const task of tasks) {
    const solution = solutions[task.id] ?? {};
    const world = makeFarmShop();
    world.state.sent.push({ customerNumber: 'K201', text: 'Hello.' });
    expect([task.id, await judgeSolution(task, world, solution)]).toEqual([task.id, false]);
  }
});
