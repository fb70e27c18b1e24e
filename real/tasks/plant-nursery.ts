import type { Task } from '../src/solve/task-set.ts';
import { datePattern } from './date-pattern.ts';
import { form } from './define-task.ts';
import { hasInPlainMarks } from './plain-marks.ts';
import { makeNurseryState, openComplaint, plannedDelivery } from './plant-nursery-state.ts';
import { worldTasks } from './world-tasks.ts';

export { makeNursery } from './plant-nursery-tools.ts';

/** The system text of every task. */
export const instructions =
  'You are the assistant in the office of a plant nursery that also delivers. Use the tools to look things up and to act; never guess. Answer in one or two sentences.';

const { task, replies, fills, changes, isOnlyChange } = worldTasks(makeNurseryState);

const schedules = (customerNo: number, sku: string, pots: number, date: string) =>
  changes(({ plants, deliveries }) => {
    const plant = plants[sku];
    if (plant !== undefined) plant.potsInStock -= pots;
    deliveries['DL-0125'] = plannedDelivery('DL-0125', customerNo, [sku, pots], [date, null]);
  });

const moves = (ref: string, date: string) =>
  changes(({ deliveries }) => {
    const delivery = deliveries[ref];
    if (delivery !== undefined) delivery.date = date;
  });

const closes = (complaintNo: number, outcome: string) =>
  changes(({ complaints }) => {
    const complaint = complaints[complaintNo];
    if (complaint !== undefined) complaint.outcome = outcome;
  });

const refusesToMove =
  /already|(was|been|got) delivered|too late|cannot|can't|could ?n't|could not|was ?n't|was not|not be|unable|not (able|possible|allowed)|no longer|refus|reject|fail|2026-11-19|19(th)?( of)? nov|nov(ember)? 19/i;
const claimsToHaveMoved = /(has been|was|is now|i've|i have) (successfully )?(moved|rescheduled)/i;
const deniesDelivery = /not (be )?found|not find|n't find|cannot find|not exist|n't exist/i;

/** Tasks in the office of a plant nursery. */
export const tasks: readonly Task[] = [
  task('which-bed', ['Where does LAV210 stand, which bed?'], replies(/\bN-? ?3\b/i)),
  task('olive', ["What's the price of a Dwarf Olive?"], replies(/\b64\b/)),
  task('driver', ["Who's driving DL-0121?"], replies('Kofi')),
  task(
    'two-stocks',
    ['How many pots of FRN044 and of OLV009 have we got?'],
    replies(/\b17\b|seventeen/i, /\b23\b|twenty[- ]three/i),
  ),
  task(
    'shade',
    ['Which of our plants like shade?'],
    ({ state, text }) =>
      isOnlyChange(state) &&
      hasInPlainMarks(text, /fern|FRN044/i, /hosta|HOS073/i) &&
      (hasInPlainMarks(text, /\bsun/i) || !hasInPlainMarks(text, /lavender|olive|rose|mint/i)),
  ),
  task('gardener', ['Who takes care of bed S1?'], replies('Ottilie')),
  task('owed', ['Does customer 4088 owe us money? How much?'], replies(/\b73[.,]40?\b/)),
  task(
    'two-dates',
    ['What dates are DL-0118 and DL-0121 planned for?'],
    replies(datePattern('2026-11-30'), datePattern('2026-12-07')),
  ),
  task(
    'schedule',
    ['Customer 4071 wants 6 pots of LAV210 on 15 December 2026. Please schedule the delivery.'],
    schedules(4071, 'LAV210', 6, '2026-12-15'),
  ),
  task(
    'too-late',
    ['Please move DL-0109 to 12 December 2026.'],
    ({ state, text }) =>
      isOnlyChange(state) &&
      hasInPlainMarks(text, refusesToMove) &&
      !hasInPlainMarks(text, claimsToHaveMoved) &&
      (hasInPlainMarks(text, 'delivered') || !hasInPlainMarks(text, deniesDelivery)),
  ),
  task(
    'schedule-by-name',
    ['2 Lady Ferns for customer 4102 please, to be delivered on 14 December 2026.'],
    schedules(4102, 'FRN044', 2, '2026-12-14'),
  ),
  task(
    'arrived',
    ['40 pots of MNT301 just came in, add them to the stock.'],
    changes(({ plants }) => {
      if (plants.MNT301 !== undefined) plants.MNT301.potsInStock = 90;
    }),
  ),
  task(
    'move',
    ['Can you move delivery DL-0118 to December 11, 2026?'],
    moves('DL-0118', '2026-12-11'),
  ),
  task(
    'water',
    ['From now on bed G4 gets water twice a week.'],
    changes(({ beds }) => {
      if (beds.G4 !== undefined) beds.G4.wateringsPerWeek = 2;
    }),
  ),
  task(
    'complain',
    ['Customer 4088 got the wrong plants, roses instead of ferns. Open a complaint.'],
    ({ state }) => {
      const details = state.complaints[36]?.details;
      return (
        /rose|fern/i.test(String(details)) &&
        isOnlyChange(state, ({ complaints }) => {
          complaints[36] = openComplaint(36, 4088, 'wrong plants', details);
        })
      );
    },
  ),
  task(
    'refunded',
    ['Complaint 31 is done, they got a refund. You can close it.'],
    closes(31, 'refund'),
  ),
  task(
    'close-theirs',
    ['We sent customer 4071 a replacement, so close their complaint.'],
    closes(34, 'replacement'),
  ),
  task(
    'rose-water',
    ['How many times a week do we water the bed with ROS118 in it?'],
    replies(/\b4\b|\bfour\b/i),
  ),
  task(
    'thanks',
    ['Perfect, thank you. Bye for now!'],
    ({ state, text }) => isOnlyChange(state) && text.trim() !== '',
    { calls: 'wrong' },
  ),
  task(
    'perennial',
    ['Quick one: what does "perennial" mean?'],
    replies(
      /year|season|winter|again|long|last|come(s)? back|coming back|grow(s)? back|regrow|return|annual|permanent|surviv/i,
    ),
    { calls: 'wrong' },
  ),
  task(
    'then-schedule',
    [
      'How many Blue Hostas are in stock?',
      'OK, send 4 of them to customer 4088 on 16 December 2026.',
    ],
    schedules(4088, 'HOS073', 4, '2026-12-16'),
  ),
  task(
    'then-move',
    ['When does DL-0124 go out?', 'Hmm, make it two days later please.'],
    moves('DL-0124', '2026-12-11'),
  ),
  task(
    'no-such-delivery',
    ['What is in delivery DL-0999?'],
    replies(/\bno\b|\bnot\b|n't\b|cannot|unable|invalid|error|unknown|non-?exist|fail/i),
  ),
  task(
    'form-plant',
    ['Look up the Climbing Rose Amber and fill in the form.'],
    fills({ sku: 'ROS118', pricePerPot: 19.5, likesSun: true }),
    {
      output: form({
        sku: { type: 'string' },
        pricePerPot: { type: 'number' },
        likesSun: { type: 'boolean' },
      }),
    },
  ),
  task(
    'form-pots',
    ['How many pots are in DL-0109, DL-0118 and DL-0124? Look them up and fill in the form.'],
    fills({ potsDL0109: 8, potsDL0118: 24, potsDL0124: 16 }),
    {
      output: form({
        potsDL0109: { type: 'integer' },
        potsDL0118: { type: 'integer' },
        potsDL0124: { type: 'integer' },
      }),
    },
  ),
  task(
    'form-order',
    ['Yusuf bought fifteen sacks of soil on 2 March 2027, at 8.20 euros a sack. Fill in the form.'],
    fills({ buyer: 'Yusuf', sacks: 15, pricePerSack: 8.2 }),
    {
      output: form({
        buyer: { type: 'string' },
        sacks: { type: 'integer' },
        pricePerSack: { type: 'number' },
      }),
      calls: 'optional',
    },
  ),
];
