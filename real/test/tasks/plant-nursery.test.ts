import { expect, test } from '@jest/globals';
import { makeNursery, tasks } from '../../tasks/plant-nursery.ts';
import { plannedDelivery } from '../../tasks/plant-nursery-state.ts';
import { judgeSolution, type Solution } from '../support/judge-solution.ts';

const solutions: Readonly<Record<string, Solution>> = {
  'which-bed': { calls: [['plantDetails', { sku: 'LAV210' }]], text: 'It stands in bed N3.' },
  olive: { calls: [['plantSearch', { query: 'Dwarf Olive' }]], text: 'A Dwarf Olive is 64 euros.' },
  driver: { calls: [['deliveryDetails', { deliveryRef: 'DL-0121' }]], text: 'Kofi.' },
  'two-stocks': {
    calls: [
      ['plantDetails', { sku: 'FRN044' }],
      ['plantDetails', { sku: 'OLV009' }],
    ],
    text: '17 and 23 pots.',
  },
  shade: { calls: [['plantSearch', { query: 'shade' }]], text: 'Lady Fern and Blue Hosta.' },
  gardener: { calls: [['bedDetails', { bedCode: 'S1' }]], text: 'Ottilie does.' },
  owed: { calls: [['customerDetails', { customerNo: 4088 }]], text: 'Yes, 73.40 euros.' },
  'two-dates': {
    calls: [
      ['deliveryDetails', { deliveryRef: 'DL-0118' }],
      ['deliveryDetails', { deliveryRef: 'DL-0121' }],
    ],
    text: '2026-11-30 and 2026-12-07.',
  },
  schedule: {
    calls: [
      [
        'deliverySchedule',
        { customerNo: 4071, sku: 'LAV210', quantity: 6, deliveryDate: '2026-12-15' },
      ],
    ],
  },
  'too-late': {
    calls: [['deliveryReschedule', { deliveryRef: 'DL-0109', newDate: '2026-12-12' }]],
    text: 'Sorry, DL-0109 was already delivered on 19 November.',
  },
  'schedule-by-name': {
    calls: [
      ['plantSearch', { query: 'Lady Fern' }],
      [
        'deliverySchedule',
        { customerNo: 4102, sku: 'FRN044', quantity: 2, deliveryDate: '2026-12-14' },
      ],
    ],
  },
  arrived: { calls: [['stockReceive', { sku: 'MNT301', quantity: 40 }]] },
  move: { calls: [['deliveryReschedule', { deliveryRef: 'DL-0118', newDate: '2026-12-11' }]] },
  water: { calls: [['wateringPlanUpdate', { bedCode: 'G4', timesPerWeek: 2 }]] },
  complain: {
    calls: [
      [
        'complaintOpen',
        { customerNo: 4088, topic: 'wrong plants', details: 'Received roses instead of ferns.' },
      ],
    ],
  },
  refunded: { calls: [['complaintClose', { complaintNo: 31, outcome: 'refund' }]] },
  'close-theirs': {
    calls: [
      ['customerDetails', { customerNo: 4071 }],
      ['complaintClose', { complaintNo: 34, outcome: 'replacement' }],
    ],
  },
  'rose-water': {
    calls: [
      ['plantDetails', { sku: 'ROS118' }],
      ['bedDetails', { bedCode: 'E2' }],
    ],
    text: 'Bed E2 is watered 4 times a week.',
  },
  thanks: { text: 'Bye!' },
  perennial: { text: 'A perennial is a plant that lives for more than two years.' },
  'then-schedule': {
    calls: [
      ['plantSearch', { query: 'Blue Hosta' }],
      [
        'deliverySchedule',
        { customerNo: 4088, sku: 'HOS073', quantity: 4, deliveryDate: '2026-12-16' },
      ],
    ],
  },
  'then-move': {
    calls: [
      ['deliveryDetails', { deliveryRef: 'DL-0124' }],
      ['deliveryReschedule', { deliveryRef: 'DL-0124', newDate: '2026-12-11' }],
    ],
  },
  'no-such-delivery': {
    calls: [['deliveryDetails', { deliveryRef: 'DL-0999' }]],
    text: 'There is no delivery DL-0999.',
  },
  'form-plant': {
    calls: [['plantSearch', { query: 'Climbing Rose Amber' }]],
    output: { sku: 'ROS118', pricePerPot: 19.5, likesSun: true },
  },
  'form-pots': {
    calls: [
      ['deliveryDetails', { deliveryRef: 'DL-0109' }],
      ['deliveryDetails', { deliveryRef: 'DL-0118' }],
      ['deliveryDetails', { deliveryRef: 'DL-0124' }],
    ],
    output: { potsDL0109: 8, potsDL0118: 24, potsDL0124: 16 },
  },
  'form-order': { output: { buyer: 'Yusuf', sacks: 15, pricePerSack: 8.2 } },
};

test('every task of the plant nursery has a solution', async () => {
  expect(Object.keys(solutions)).toEqual(tasks.map(({ id }) => id));
  for (const task of tasks) {
    const isSolved = await judgeSolution(task, makeNursery(), solutions[task.id] ?? {});
    expect([task.id, isSolved]).toEqual([task.id, true]);
  }
});

test('no task of the plant nursery is solved without an answer, a change or a call', async () => {
  for (const task of tasks) {
    expect([task.id, await judgeSolution(task, makeNursery(), {})]).toEqual([task.id, false]);
  }
});

test('a change that nobody asked for is wrong in every task of the plant nursery', async () => {
  for (const task of tasks) {
    const solution = solutions[task.id] ?? {};
    const world = makeNursery();
    world.state.deliveries['DL-0130'] = plannedDelivery(
      'DL-0130',
      4102,
      ['OLV009', 1],
      ['2026-12-20', null],
    );
    expect([task.id, await judgeSolution(task, world, solution)]).toEqual([task.id, false]);
  }
});
