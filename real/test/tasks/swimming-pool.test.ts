import { expect, test } from '@jest/globals';
import { makePool, tasks } from '../../tasks/swimming-pool.ts';
import { judgeSolution, type Solution } from '../support/judge-solution.ts';

const solutions: Readonly<Record<string, Solution>> = {
  until: {
    calls: [['get_locker', { locker_id: 'k-3' }]],
    text: 'Locker k-3 is rented until 2027-01-31.',
  },
  closing: {
    calls: [['get_opening_hours', { day: 'Saturday' }]],
    text: 'On Saturday we close at 18:00.',
  },
  dues: { calls: [['get_member', { member_id: 'm-2' }]], text: 'Member m-2 owes 18 euros.' },
  'who-rents': { calls: [['get_locker', { locker_id: 'k-1' }]], text: 'Member m-2 rents it.' },
  towel: {
    calls: [['find_lost_items', { words: 'red towel' }]],
    text: 'It was found in the showers.',
  },
  'by-teacher': {
    calls: [['find_courses', { words: 'Mira Lund' }]],
    text: 'Mira Lund teaches Baby Splash and Crawl for Beginners.',
  },
  'two-lockers': {
    calls: [
      ['get_locker', { locker_id: 'k-1' }],
      ['get_locker', { locker_id: 'k-6' }],
    ],
    text: 'k-1 is in the gallery and k-6 in the basement.',
  },
  'two-days': {
    calls: [
      ['get_opening_hours', { day: 'Monday' }],
      ['get_opening_hours', { day: 'Sunday' }],
    ],
    text: 'Monday at 06:30 and Sunday at 09:00.',
  },
  'renter-email': {
    calls: [
      ['get_locker', { locker_id: 'k-3' }],
      ['get_member', { member_id: 'm-3' }],
    ],
    text: 'celia@example.org',
  },
  enrol: { calls: [['enrol_member', { course_id: 'c-2', member_id: 'm-3' }]] },
  'enrol-not': {
    calls: [['enrol_member', { course_id: 'c-3', member_id: 'm-2' }]],
    text: 'Sorry, Crawl for Beginners is full.',
  },
  'enrol-by-name': {
    calls: [
      ['find_courses', { words: 'aqua fitness' }],
      ['enrol_member', { course_id: 'c-2', member_id: 'm-4' }],
    ],
  },
  rent: { calls: [['rent_locker', { locker_id: 'k-4', member_id: 'm-1', months: 3 }]] },
  lane: { calls: [['book_lane', { lane: 2, hour: 17, member_id: 'm-4' }]] },
  tickets: { calls: [['sell_tickets', { kind: 'adult', count: 2 }]] },
  pay: { calls: [['pay_dues', { member_id: 'm-2', euros: 10 }]] },
  'pay-all': {
    calls: [
      ['get_member', { member_id: 'm-3' }],
      ['pay_dues', { member_id: 'm-3', euros: 7.5 }],
    ],
  },
  umbrella: { calls: [['log_lost_item', { place: 'cafe', item: 'Black umbrella' }]] },
  bye: { text: 'See you!' },
  word: { text: 'A lifeguard is someone who watches swimmers and rescues them.' },
  'then-enrol': {
    calls: [
      ['find_courses', { words: 'Diving Basics' }],
      ['enrol_member', { course_id: 'c-4', member_id: 'm-1' }],
    ],
  },
  'then-rent': {
    calls: [
      ['get_locker', { locker_id: 'k-5' }],
      ['rent_locker', { locker_id: 'k-5', member_id: 'm-3', months: 6 }],
    ],
  },
  'no-such-locker': {
    calls: [['get_locker', { locker_id: 'k-77' }]],
    text: 'There is no locker k-77.',
  },
  'how-long': { text: 'For how many months would m-1 like the locker?' },
  'form-course': {
    calls: [['find_courses', { words: 'Aqua Fitness' }]],
    output: { teacher: 'Oskar Bell', day: 'Wednesday', free_places: 3 },
  },
  'form-lockers': {
    calls: [
      ['get_locker', { locker_id: 'k-1' }],
      ['get_locker', { locker_id: 'k-4' }],
      ['get_locker', { locker_id: 'k-6' }],
    ],
    output: { k1_free: false, k4_free: true, k6_free: false },
  },
  'form-text': { output: { name: 'Selma', children: 4, paid: 14.5 } },
};

test('every task of the swimming pool has a solution', async () => {
  expect(Object.keys(solutions)).toEqual(tasks.map(({ id }) => id));
  for (const task of tasks) {
    const isSolved = await judgeSolution(task, makePool(), solutions[task.id] ?? {});
    expect([task.id, isSolved]).toEqual([task.id, true]);
  }
});

test('no task of the swimming pool is solved without an answer, a change or a call', async () => {
  for (const task of tasks) {
    expect([task.id, await judgeSolution(task, makePool(), {})]).toEqual([task.id, false]);
  }
});

test('a change that nobody asked for is wrong in every task of the swimming pool', async () => {
  for (const task of tasks) {
    const solution = solutions[task.id] ?? {};
    const world = makePool();
    world.state.lostItems.unshift({ id: 'x-9', item: 'hat', place: 'hall' });
    expect([task.id, await judgeSolution(task, world, solution)]).toEqual([task.id, false]);
  }
});
