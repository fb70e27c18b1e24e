import { stemOf } from './stem-of.ts';

/** Verbs of users, each with the verbs of tools that may mean the same. "Register a payment" is not an enrolment. */
const alike: Readonly<Record<string, string>> = {
  book: 'reserve',
  buy: 'order purchase',
  delete: 'erase remove',
  enrol: 'join register sign',
  enroll: 'enrol join register sign',
  erase: 'delete remove',
  hire: 'rent',
  loan: 'lend',
  mail: 'send',
  move: 'postpone reschedule shift',
  order: 'buy purchase',
  postpone: 'move reschedule shift',
  purchase: 'buy order',
  remove: 'delete erase',
  rent: 'hire',
  reschedule: 'move postpone shift',
  reserve: 'book',
  shift: 'move postpone reschedule',
  'sign up': 'enrol enroll join register subscribe',
  subscribe: 'enrol enroll join register',
};

const stems: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(alike).map(([verb, others]) => [
    verb.includes(' ') ? verb : stemOf(verb),
    new Set(others.split(' ').map(stemOf)),
  ]),
);

/** The stems of the verbs that may mean the same as the verb at the beginning of an order. */
export function verbsLike(order: string): ReadonlySet<string> {
  const [first = ''] = /^\p{L}+/u.exec(order.toLowerCase()) ?? [];
  const isUp = /^sign\b.*\bup\b/i.test(order);
  return stems.get(isUp ? 'sign up' : stemOf(first)) ?? new Set();
}
