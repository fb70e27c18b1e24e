import type { Task } from '../src/solve/task-set.ts';
import { form } from './define-task.ts';
import { hasInPlainMarks } from './plain-marks.ts';
import { makePoolState, monthsFromToday } from './swimming-pool-state.ts';
import { worldTasks } from './world-tasks.ts';

export { makePool } from './swimming-pool-tools.ts';

/** The system text of every task. */
export const instructions =
  'You help at the front desk of a town swimming pool. Use the tools to look things up and to act; never guess. If something you need was not said, ask. Answer in one or two sentences.';

const { task, replies, fills, changes, isOnlyChange } = worldTasks(makePoolState);

const enrols = (course_id: string, member_id: string) =>
  changes(({ courses, enrolments }) => {
    const course = courses[course_id];
    if (course !== undefined) course.freePlaces -= 1;
    enrolments.push({ course_id, member_id });
  });

const rents = (locker_id: string, rentedBy: string, months: number) =>
  changes(({ lockers }) => {
    Object.assign(Object(lockers[locker_id]), { rentedBy, until: monthsFromToday(months) });
  });

const owes = (member_id: string, euros: number) =>
  changes(({ members }) => {
    const member = members[member_id];
    if (member !== undefined) member.duesEuros = euros;
  });

const isFull =
  /\bfull\b|fully booked|\b(no|0|zero|any) (more |free |open |available )*(place|spot|space|seat)|cannot|can.t|could ?n.t|unable|not (possible|available)/i;
const unknownLocker =
  /no (such )?locker|not (be )?(find|found|exist)|could ?n.t|cannot find|can.t find|(does not|does ?n.t) exist|no record|unable|invalid|error|not a (valid )?locker/i;

/** Tasks at the front desk of a swimming pool. */
export const tasks: readonly Task[] = [
  task(
    'until',
    ['Until when is locker k-3 rented?'],
    replies(/2027-01-31|31(st)?( of)? jan|jan(uary)? 31|31[./]0?1[./]|0?1\/31/i),
  ),
  task(
    'closing',
    ['What time do you close on Saturday?'],
    replies(/\b18([:.h]?00)?\b|\b6([:.]00)? ?p\.?m|six (p\.?m|in the evening|o'clock)/i),
  ),
  task('dues', ['How much does m-2 still owe?'], replies(/\b18\b/)),
  task('who-rents', ['Who rents locker k-1?'], replies(/\bm-2\b|bashir/i)),
  task('towel', ['Did anyone find a red towel? Where?'], replies('shower')),
  task('by-teacher', ['Which courses does Mira Lund teach?'], replies('Baby Splash', 'Crawl')),
  task('two-lockers', ['Where are lockers k-1 and k-6?'], replies('gallery', 'basement')),
  task(
    'two-days',
    ['When do you open on Monday, and when on Sunday?'],
    replies(/\b0?6[:.h]30|half past (six|6)/i, /\b0?9([:.h]00)?\b(?![:.]\d)|\b9 ?a\.?m|\bnine\b/i),
  ),
  task(
    'renter-email',
    ['What is the e-mail address of the member who rents locker k-3?'],
    replies('celia@example.org'),
  ),
  task('enrol', ['Sign m-3 up for course c-2.'], enrols('c-2', 'm-3')),
  task(
    'enrol-not',
    ['Please put m-2 in course c-3.'],
    ({ state, text }) =>
      isOnlyChange(state) &&
      hasInPlainMarks(text, isFull) &&
      !/\bfind\b|not found|not exist/i.test(text),
  ),
  task('enrol-by-name', ['m-4 wants to do Aqua Fitness. Sign them up.'], enrols('c-2', 'm-4')),
  task('rent', ['m-1 wants locker k-4 for 3 months.'], rents('k-4', 'm-1', 3)),
  task(
    'lane',
    ['Book lane 2 for m-4 today at 17:00.'],
    changes(({ laneBookings }) => laneBookings.push({ lane: 2, hour: 17, member_id: 'm-4' })),
  ),
  task(
    'tickets',
    ['Two adult tickets please.'],
    changes(({ ticketsSold }) => {
      ticketsSold.adult = 2;
    }),
  ),
  task('pay', ['Member m-2 pays 10 euros of the dues.'], owes('m-2', 8)),
  task('pay-all', ['m-3 is here and pays everything that is open.'], owes('m-3', 0)),
  task(
    'umbrella',
    ['Someone found a black umbrella in the cafe, put it in the lost property.'],
    ({ state }) => {
      const item = state.lostItems[3]?.item;
      return (
        /umbrella/i.test(String(item)) &&
        isOnlyChange(state, ({ lostItems }) => lostItems.push({ id: 'x-4', item, place: 'cafe' }))
      );
    },
  ),
  task(
    'bye',
    ["Cheers, that's all. See you!"],
    ({ state, text }) => isOnlyChange(state) && text.trim() !== '',
    { calls: 'wrong' },
  ),
  task(
    'word',
    ['What does "lifeguard" mean? One sentence.'],
    replies(/safe|rescue|sav(e|ing)|protect|watch|supervis|drown|danger|trouble/i),
    { calls: 'wrong' },
  ),
  task('then-enrol', ['Who teaches Diving Basics?', 'Nice. Put m-1 in it.'], enrols('c-4', 'm-1')),
  task(
    'then-rent',
    ['Is locker k-5 free?', 'Great, then m-3 takes it for 6 months.'],
    rents('k-5', 'm-3', 6),
  ),
  task('no-such-locker', ['Who has locker k-77?'], replies(unknownLocker)),
  task(
    'how-long',
    ['m-1 would like to rent locker k-2.'],
    replies(
      /how (long|many)|month|until when|duration|period/i,
      /\?|please|need to know|tell me|let me know|specify/i,
    ),
    { calls: 'optional' },
  ),
  task(
    'form-course',
    ['Look up Aqua Fitness and fill in the form.'],
    fills({ teacher: 'Oskar Bell', day: 'Wednesday', free_places: 3 }),
    {
      output: form({
        teacher: { type: 'string' },
        day: { type: 'string' },
        free_places: { type: 'integer' },
      }),
    },
  ),
  task(
    'form-lockers',
    ['Are lockers k-1, k-4 and k-6 free? Look them up and fill in the form.'],
    fills({ k1_free: false, k4_free: true, k6_free: false }),
    {
      output: form({
        k1_free: { type: 'boolean' },
        k4_free: { type: 'boolean' },
        k6_free: { type: 'boolean' },
      }),
    },
  ),
  task(
    'form-text',
    ['Selma came on 3 May 2026 with four children and paid 14.50 euros. Fill in the form.'],
    fills({ name: 'Selma', children: 4, paid: 14.5 }),
    {
      output: form({
        name: { type: 'string' },
        children: { type: 'integer' },
        paid: { type: 'number' },
      }),
      calls: 'optional',
    },
  ),
];
