import { expect, test } from '@jest/globals';
import { makeTheatre, tasks } from '../../tasks/theatre.ts';
import { judgeSolution, type Solution } from '../support/judge-solution.ts';

const solutions: Readonly<Record<string, Solution>> = {
  stage: { calls: [['get_show', { show_id: 's-4' }]], text: 'It plays in the courtyard.' },
  directs: { calls: [['find_shows', { words: 'Loud Librarian' }]], text: 'Esi Mensah directs it.' },
  seat: { calls: [['get_booking', { booking_id: 'b-2' }]], text: 'Seat F9.' },
  'two-prices': {
    calls: [
      ['get_show', { show_id: 's-1' }],
      ['get_show', { show_id: 's-3' }],
    ],
    text: '22 euros and 9.50 euros.',
  },
  'by-director': {
    calls: [['find_shows', { words: 'Brix' }]],
    text: 'Yes: The Glass Orchard and Winter Postman.',
  },
  voucher: { calls: [['get_voucher', { voucher_id: 'v-1' }]], text: '35 euros are left.' },
  phone: { calls: [['get_guest', { guest_id: 'g-3' }]], text: '555-0142' },
  'two-vouchers': {
    calls: [
      ['get_voucher', { voucher_id: 'v-1' }],
      ['get_voucher', { voucher_id: 'v-2' }],
    ],
    text: 'v-1 until 2027-08-31, v-2 until 2027-03-15.',
  },
  book: { calls: [['book_seat', { show_id: 's-1', guest_id: 'g-2', seat: 'A5' }]] },
  expired: {
    calls: [['redeem_voucher', { voucher_id: 'v-3', euros: 20 }]],
    text: 'Sorry, voucher v-3 expired on 30 June 2026.',
  },
  'book-by-title': {
    calls: [
      ['find_shows', { words: 'Loud Librarian' }],
      ['book_seat', { show_id: 's-4', guest_id: 'g-3', seat: 'C4' }],
    ],
  },
  cancel: { calls: [['cancel_booking', { booking_id: 'b-4' }]] },
  lost: { calls: [['reprint_ticket', { booking_id: 'b-1', reason: 'lost' }]] },
  redeem: { calls: [['redeem_voucher', { voucher_id: 'v-1', euros: 10 }]] },
  'use-up': {
    calls: [
      ['get_voucher', { voucher_id: 'v-2' }],
      ['redeem_voucher', { voucher_id: 'v-2', euros: 17.5 }],
    ],
  },
  jacket: { calls: [['store_item', { guest_id: 'g-2', item: 'Brown leather jacket' }]] },
  hook: { calls: [['return_item', { hook: 12 }]] },
  starts: {
    calls: [
      ['get_booking', { booking_id: 'b-2' }],
      ['get_show', { show_id: 's-4' }],
    ],
    text: 'It starts at 19:30.',
  },
  evening: { text: 'You too!' },
  matinee: { text: 'A matinee is a performance in the afternoon.' },
  'then-book': {
    calls: [
      ['find_shows', { words: 'Winter Postman' }],
      ['book_seat', { show_id: 's-3', guest_id: 'g-1', seat: 'B4' }],
    ],
  },
  'then-return': {
    calls: [
      ['get_guest', { guest_id: 'g-3' }],
      ['return_item', { hook: 7 }],
    ],
  },
  'no-such-booking': {
    calls: [['get_booking', { booking_id: 'b-52' }]],
    text: 'There is no booking b-52.',
  },
  'form-show': {
    calls: [['find_shows', { words: 'Two Left Shoes' }]],
    output: { director: 'Rui Campos', stage: 'studio', sold_out: true },
  },
  'form-paid': {
    calls: [
      ['get_booking', { booking_id: 'b-1' }],
      ['get_booking', { booking_id: 'b-2' }],
      ['get_booking', { booking_id: 'b-3' }],
    ],
    output: { b1_paid: true, b2_paid: false, b3_paid: true },
  },
  'form-call': { output: { name: 'Priya', people: 5, wheelchair: true } },
};

test('every task of the theatre has a solution', async () => {
  expect(Object.keys(solutions)).toEqual(tasks.map(({ id }) => id));
  for (const task of tasks) {
    const isSolved = await judgeSolution(task, makeTheatre(), solutions[task.id] ?? {});
    expect([task.id, isSolved]).toEqual([task.id, true]);
  }
});

test('no task of the theatre is solved without an answer, a change or a call', async () => {
  for (const task of tasks) {
    expect([task.id, await judgeSolution(task, makeTheatre(), {})]).toEqual([task.id, false]);
  }
});

test('a change that nobody asked for is wrong in every task of the theatre', async () => {
  for (const task of tasks) {
    const solution = solutions[task.id] ?? {};
    const world = makeTheatre();
    world.state.reprints.push({ booking_id: 'b-2', reason: 'misprint' });
    expect([task.id, await judgeSolution(task, world, solution)]).toEqual([task.id, false]);
  }
});
