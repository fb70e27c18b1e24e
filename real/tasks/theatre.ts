import type { Task } from '../src/solve/task-set.ts';
import { datePattern } from './date-pattern.ts';
import { form } from './define-task.ts';
import { hasInPlainMarks } from './plain-marks.ts';
import { booking, makeTheatreState } from './theatre-state.ts';
import { worldTasks } from './world-tasks.ts';

export { makeTheatre } from './theatre-tools.ts';

/** The system text of every task. */
export const instructions =
  'You help at the box office of a small theatre. Use the tools to look things up and to act; never guess. Answer in one or two sentences.';

const { task, replies, fills, changes, isOnlyChange } = worldTasks(makeTheatreState);

const books = (show_id: string, guest_id: string, seat: string) =>
  changes(({ shows, bookings }) => {
    const show = shows[show_id];
    if (show !== undefined) show.freeSeats = show.freeSeats.filter((each) => each !== seat);
    bookings['b-5'] = booking('b-5', [show_id, guest_id, seat], false);
  });

const leaves = (voucher_id: string, euros: number) =>
  changes(({ vouchers }) => {
    const voucher = vouchers[voucher_id];
    if (voucher !== undefined) voucher.eurosLeft = euros;
  });

const empties = (hook: number) =>
  changes(({ wardrobe }) => {
    delete wardrobe[hook];
  });

const refusesVoucher =
  /expir|lapsed|no longer|out of date|ran out|valid (only )?(until|till|through|to)\b|not valid|invalid|cannot|can't|could ?n't|could not|was ?n't|was not|not be|unable|not (able|possible|allowed)|refus|reject|declin|fail/i;
const deniesVoucher = /not (be )?found|not find|n't find|cannot find|not exist|n't exist/i;

/** Tasks at the box office of a theatre. */
export const tasks: readonly Task[] = [
  task('stage', ['Which stage is s-4 on?'], replies(/court ?yard/i)),
  task('directs', ["Who's the director of The Loud Librarian?"], replies('Mensah')),
  task('seat', ["Booking b-2, what's the seat?"], replies(/\bF-? ?9\b|row F\b.*\b9\b/i)),
  task(
    'two-prices',
    ['How much is a ticket for s-1, and for s-3?'],
    replies(/\b22\b/, /\b9[.,]50?\b/),
  ),
  task(
    'by-director',
    ['Do you have anything by Hanne Brix? Just the titles please.'],
    replies('Orchard', 'Postman'),
  ),
  task('voucher', ['How much is still on voucher v-1?'], replies(/\b35\b/)),
  task('phone', ['I need the phone number of guest g-3.'], replies(/555.?0142/)),
  task(
    'two-vouchers',
    ['Until when can I use vouchers v-1 and v-2?'],
    replies(datePattern('2027-08-31'), datePattern('2027-03-15')),
  ),
  task('book', ['Seat A5 in s-1 for guest g-2, please.'], books('s-1', 'g-2', 'A5')),
  task(
    'expired',
    ['Please take 20 euros off voucher v-3.'],
    ({ state, text }) =>
      isOnlyChange(state) &&
      hasInPlainMarks(text, refusesVoucher) &&
      (hasInPlainMarks(text, /expir|valid/i) || !hasInPlainMarks(text, deniesVoucher)),
  ),
  task(
    'book-by-title',
    ['g-3 would love seat C4 for The Loud Librarian, can you book that?'],
    books('s-4', 'g-3', 'C4'),
  ),
  task(
    'cancel',
    ["Booking b-4 isn't coming after all. Cancel it."],
    changes(({ bookings, shows }) => {
      const cancelled = bookings['b-4'];
      const show = shows['s-1'];
      if (cancelled !== undefined) cancelled.cancelled = true;
      if (show !== undefined) show.freeSeats = ['A2', 'A3', 'A5', 'B6'];
    }),
  ),
  task(
    'lost',
    ['The guest with booking b-1 lost the ticket, print a new one.'],
    changes(({ reprints }) => reprints.push({ booking_id: 'b-1', reason: 'lost' })),
  ),
  task('redeem', ['Take 10 euros off voucher v-1.'], leaves('v-1', 25)),
  task('use-up', ["Use up everything that's left on v-2."], leaves('v-2', 0)),
  task('jacket', ['g-2 is handing in a brown leather jacket at the wardrobe.'], ({ state }) => {
    const item = state.wardrobe[13]?.item;
    return (
      /jacket/i.test(String(item)) &&
      isOnlyChange(state, ({ wardrobe }) => {
        wardrobe[13] = { hook: 13, item, guest_id: 'g-2' };
      })
    );
  }),
  task('hook', ["Give back what's on hook 12, please."], empties(12)),
  task(
    'starts',
    ['What time does the show for booking b-2 start?'],
    replies(/\b19[:.h]?30\b|\b0?7[:.]30\b|half past (seven|7)|half seven|seven[- ]thirty/i),
  ),
  task(
    'evening',
    ['Great, that was it. Have a nice evening!'],
    ({ state, text }) => isOnlyChange(state) && text.trim() !== '',
    { calls: 'wrong' },
  ),
  task(
    'matinee',
    ['What does "matinee" mean? Just a sentence.'],
    replies(
      /afternoon|day ?time|during the day|in the day|\bday\b|midday|noon|morning|earl(y|ier)|before (the )?evening/i,
    ),
    { calls: 'wrong' },
  ),
  task(
    'then-book',
    ['Is seat B4 still free for Winter Postman?', 'Lovely, book that one for g-1.'],
    books('s-3', 'g-1', 'B4'),
  ),
  task(
    'then-return',
    ['Did g-3 leave anything in the wardrobe?', "They're off home now, so hand it back."],
    empties(7),
  ),
  task(
    'no-such-booking',
    ['Which seat does booking b-52 have?'],
    replies(/\bno\b|\bnot\b|n't\b|cannot|unable|invalid|error|unknown|non-?exist|fail/i),
  ),
  task(
    'form-show',
    ['Look up Two Left Shoes and fill in the form.'],
    fills({ director: 'Rui Campos', stage: /^(the )?studio( stage)?$/i, sold_out: true }),
    {
      output: form({
        director: { type: 'string' },
        stage: { type: 'string' },
        sold_out: { type: 'boolean' },
      }),
    },
  ),
  task(
    'form-paid',
    ['Check whether b-1, b-2 and b-3 are paid and fill in the form.'],
    fills({ b1_paid: true, b2_paid: false, b3_paid: true }),
    {
      output: form({
        b1_paid: { type: 'boolean' },
        b2_paid: { type: 'boolean' },
        b3_paid: { type: 'boolean' },
      }),
    },
  ),
  task(
    'form-call',
    [
      'Priya rang about 9 March 2027: they are five people in all, one of them in a wheelchair. Fill in the form.',
    ],
    fills({ name: 'Priya', people: 5, wheelchair: true }),
    {
      output: form({
        name: { type: 'string' },
        people: { type: 'integer' },
        wheelchair: { type: 'boolean' },
      }),
      calls: 'optional',
    },
  ),
];
