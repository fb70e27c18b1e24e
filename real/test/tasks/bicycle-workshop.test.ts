import { expect, test } from '@jest/globals';
import type { JsonObject } from '@turnwise/core';
import type { ExecutedCall } from '../../src/solve/task-set.ts';
import { makeWorkshop, tasks } from '../../tasks/bicycle-workshop.ts';

interface Solution {
  readonly calls?: readonly (readonly [name: string, input: JsonObject])[];
  readonly text?: string;
  readonly output?: JsonObject;
}

const showBike = (bike_id: string) => ['show_bike', { bike_id }] as const;
const showPart = (part_id: string) => ['show_part', { part_id }] as const;
const showCustomer = (customer_id: string) => ['show_customer', { customer_id }] as const;

/** What a model without faults does. */
const solutions: Readonly<Record<string, Solution>> = {
  hook: { calls: [showBike('k-15')], text: 'It hangs on hook 11.' },
  colour: { calls: [showBike('k-19')], text: 'It is yellow.' },
  search: { calls: [['search_bikes', { query: 'Halden' }]], text: 'Halden City and Halden Trail.' },
  price: { calls: [showPart('p-44')], text: 'It costs 41 euros.' },
  'two-parts': {
    calls: [showPart('p-31'), showPart('p-52')],
    text: '9 chains, but no dynamo hubs.',
  },
  jobs: { calls: [['list_jobs', { bike_id: 'k-12' }]], text: 'The brakes.' },
  'two-debts': {
    calls: [showCustomer('u-1'), showCustomer('u-3')],
    text: '64 euros and 18.50 euros.',
  },
  'owner-phone': { calls: [showBike('k-14'), showCustomer('u-2')], text: '555-0162' },
  'unknown-bike': { calls: [showBike('k-88')], text: 'I do not know k-88.' },
  'open-job': { calls: [['open_job', { bike_id: 'k-14', work: 'gears' }]], text: 'Opened.' },
  'open-job-by-look': {
    calls: [
      ['search_bikes', { query: 'grey Mistral' }],
      ['open_job', { bike_id: 'k-15', work: 'wheel' }],
    ],
    text: 'Opened.',
  },
  'open-job-refused': {
    calls: [['open_job', { bike_id: 'k-19', work: 'brakes' }]],
    text: 'k-19 is not here.',
  },
  'close-job': { calls: [['close_job', { job_id: 'j-1' }]], text: 'Done.' },
  'close-job-refused': {
    calls: [['close_job', { job_id: 'j-2' }]],
    text: 'It still waits for a part.',
  },
  order: { calls: [['order_part', { part_id: 'p-31', quantity: 6 }]], text: 'Ordered.' },
  'order-refused': {
    calls: [['order_part', { part_id: 'p-60', quantity: 2 }]],
    text: 'The supplier no longer makes it.',
  },
  'order-for-job': {
    calls: [
      ['list_jobs', { bike_id: 'k-15' }],
      ['order_part', { part_id: 'p-52', quantity: 1 }],
    ],
    text: 'Ordered.',
  },
  pay: { calls: [['take_payment', { customer_id: 'u-1', amount: 20 }]], text: 'Noted.' },
  'pay-everything': {
    calls: [showCustomer('u-3'), ['take_payment', { customer_id: 'u-3', amount: 18.5 }]],
    text: 'Noted.',
  },
  'pay-unknown-amount': { text: 'How many euros?' },
  pickup: { calls: [['set_pickup', { bike_id: 'k-16', day: '2026-12-09' }]], text: 'Noted.' },
  'pickup-refused': {
    calls: [['set_pickup', { bike_id: 'k-12', day: '2026-12-03' }]],
    text: 'Job j-1 is not done yet.',
  },
  'pickup-without-day': { text: 'On which day?' },
  message: {
    calls: [['send_message', { customer_id: 'u-2', message: 'It is ready.' }]],
    text: 'Sent.',
  },
  'then-order': {
    calls: [showPart('p-44'), ['order_part', { part_id: 'p-44', quantity: 3 }]],
    text: 'Ordered.',
  },
  'then-message': {
    calls: [
      showBike('k-15'),
      ['send_message', { customer_id: 'u-3', message: 'We wait for a part.' }],
    ],
    text: 'Sent.',
  },
  'then-amount': { calls: [['take_payment', { customer_id: 'u-4', amount: 5 }]], text: 'Noted.' },
  'form-bike': {
    calls: [showBike('k-16')],
    output: { colour: 'green', make: 'Halden Trail', hook: 5 },
  },
  'form-stock': {
    calls: [showPart('p-31'), showPart('p-44'), showPart('p-60')],
    output: { chains: 9, saddles: 2, drum_brakes: 1 },
  },
  'form-action': {
    calls: [['close_job', { job_id: 'j-1' }]],
    output: { job: 'j-1', is_closed: true },
  },
  'form-text': { output: { buyer: 'Anselm', tyres: 4, euros: 88 } },
  thanks: { text: 'Goodbye!' },
  explain: { text: 'It makes electricity for the lights.' },
};

const taskById = (id: string) => tasks.filter((task) => task.id === id);

test('every task has one solution here', () => {
  expect(Object.keys(solutions).sort()).toEqual(tasks.map(({ id }) => id).sort());
});

test.each(Object.entries(solutions))(
  'the right calls and answer solve "%s"',
  async (id, solution) => {
    const [task] = taskById(id);
    const { state, tools } = makeWorkshop();
    const calls: ExecutedCall[] = [];
    for (const [name, input] of solution.calls ?? []) {
      calls.push({ name, arguments: input });
      await tools.find((tool) => tool.name === name)?.execute(input);
    }
    const text = solution.text ?? JSON.stringify(solution.output);
    expect(task?.ok(state, text, calls, solution.output)).toBe(true);
  },
);

test.each(tasks.map(({ id }) => id))(
  'a claim that everything is done does not solve "%s"',
  (id) => {
    const [task] = taskById(id);
    const text = id === 'thanks' ? '' : 'Done, everything is taken care of.';
    expect(task?.ok(makeWorkshop().state, text, [], { done: true })).toBe(false);
  },
);

test('a further action makes a lookup wrong', async () => {
  const [task] = taskById('hook');
  const { state, tools } = makeWorkshop();
  const calls = [{ name: 'close_job', arguments: { job_id: 'j-1' } }];
  await tools.find(({ name }) => name === 'close_job')?.execute({ job_id: 'j-1' });
  expect(task?.ok(state, 'Hook 11.', calls, undefined)).toBe(false);
});

test('parameters that decide what is changed are grounded', () => {
  const grounded = makeWorkshop().tools.flatMap(({ name, grounded = [] }) =>
    grounded.map((each) => `${name}.${each}`),
  );
  expect(grounded).toEqual(
    expect.arrayContaining(['take_payment.amount', 'set_pickup.day', 'send_message.customer_id']),
  );
});
