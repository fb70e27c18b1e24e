import type { Task } from '../src/solve/task-set.ts';
import { defineTask, form, has, isEqual, type TaskParts } from './define-task.ts';
import { isOnlyChange, type WorkshopState } from './workshop-state.ts';

export { makeWorkshop } from './workshop-tools.ts';

/** The system text of every task. */
export const instructions =
  'You work at the counter of a bicycle workshop. Facts and actions come from the tools. If the user leaves something out that you cannot look up, ask for it. Answer briefly.';

const refusal = /not|n't|cannot|unable|no longer|wait|already|still/i;
const zero = /\b0\b|zero|nothing|\bno\b|none|n't|not /i;

const lookups: TaskParts[] = [
  {
    id: 'hook',
    turns: ['On which hook does bicycle k-15 hang?'],
    isRight: ({ text }) => has(text, /\b11\b|eleven/i),
  },
  { id: 'colour', turns: ['What colour is k-19?'], isRight: ({ text }) => has(text, 'yellow') },
  {
    id: 'search',
    turns: ['Which Halden bicycles do we know?'],
    isRight: ({ text }) => has(text, /k-14|City/, /k-16|Trail/),
  },
  { id: 'price', turns: ['What does part p-44 cost?'], isRight: ({ text }) => has(text, /\b41\b/) },
  {
    id: 'two-parts',
    turns: ['How many pieces of p-31 and how many of p-52 are in stock?'],
    isRight: ({ text }) => has(text, /\b9\b|nine/i, zero),
  },
  {
    id: 'jobs',
    turns: ['What has to be repaired on k-12?'],
    isRight: ({ text }) => has(text, 'brake'),
  },
  {
    id: 'two-debts',
    turns: ['What do customers u-1 and u-3 owe us?'],
    isRight: ({ text }) => has(text, /\b64\b/, /18[.,]50?/),
  },
  {
    id: 'owner-phone',
    turns: ['Which phone number has the owner of k-14?'],
    isRight: ({ text }) => has(text, '555-0162'),
  },
  {
    id: 'unknown-bike',
    turns: ['Is k-88 ready?'],
    isRight: ({ text }) =>
      has(text, /unknown|not|n't|no (such )?(bicycle|bike|record)|unable|exist|error/i),
  },
];

const actions: TaskParts[] = [
  {
    id: 'open-job',
    turns: ['The gears of k-14 are worn. Open a job for it.'],
    changes: true,
    isRight: ({ state }) => isOnlyChange(state, ({ jobs }) => jobs.push(job('k-14', 'gears'))),
  },
  {
    id: 'open-job-by-look',
    turns: ['The wheel of the yellow... sorry, of the grey Mistral is bent. Open a job for it.'],
    changes: true,
    isRight: ({ state }) => isOnlyChange(state, ({ jobs }) => jobs.push(job('k-15', 'wheel'))),
  },
  {
    id: 'open-job-refused',
    turns: ['Open a job for the brakes of k-19.'],
    isRight: ({ text }) => has(text, refusal),
  },
  {
    id: 'close-job',
    turns: ['I finished job j-1.'],
    changes: true,
    isRight: ({ state }) => isOnlyChange(state, closeFirstJob),
  },
  {
    id: 'close-job-refused',
    turns: ['Mark job j-2 as done.'],
    isRight: ({ text }) => has(text, refusal),
  },
  {
    id: 'order',
    turns: ['We need 6 more of p-31.'],
    changes: true,
    isRight: ({ state }) =>
      isOnlyChange(state, ({ orders }) => orders.push({ part: 'p-31', quantity: 6 })),
  },
  {
    id: 'order-refused',
    turns: ['Order 2 pieces of p-60.'],
    isRight: ({ text }) => has(text, refusal),
  },
  {
    id: 'order-for-job',
    turns: ['Look up which part the job of k-15 waits for, and order 1 of it.'],
    changes: true,
    isRight: ({ state }) =>
      isOnlyChange(state, ({ orders }) => orders.push({ part: 'p-52', quantity: 1 })),
  },
  {
    id: 'pay',
    turns: ['Customer u-1 gives me 20 euros.'],
    changes: true,
    isRight: ({ state }) =>
      isOnlyChange(state, ({ payments }) => payments.push({ customer: 'u-1', amount: 20 })),
  },
  {
    id: 'pay-everything',
    turns: ['Customer u-3 pays the entire debt.'],
    changes: true,
    isRight: ({ state }) =>
      isOnlyChange(state, ({ payments }) => payments.push({ customer: 'u-3', amount: 18.5 })),
  },
  {
    id: 'pay-unknown-amount',
    turns: ['Customer u-4 wants to pay a part of the debt.'],
    isRight: ({ text }) => has(text, /\?|how much|amount|\b7\b|which part/i),
    toolUse: 'optional',
  },
  {
    id: 'pickup',
    turns: ['Teodor picks up k-16 on 2026-12-09. Note it.'],
    changes: true,
    isRight: ({ state }) =>
      isOnlyChange(state, ({ bikes }) => setPickup(bikes['k-16'], '2026-12-09')),
  },
  {
    id: 'pickup-refused',
    turns: ['Set the pickup of k-12 to 2026-12-03.'],
    isRight: ({ text }) => has(text, refusal),
  },
  {
    id: 'pickup-without-day',
    turns: ['Set a pickup for k-16.'],
    isRight: ({ text }) => has(text, /\?|when|which day|what day|date|day/i),
    toolUse: 'optional',
  },
  {
    id: 'message',
    turns: ['Write to customer u-2 that the bicycle is ready.'],
    changes: true,
    isRight: ({ state }) => isMessageTo(state, 'u-2', /ready/i),
  },
];

const conversations: TaskParts[] = [
  {
    id: 'then-order',
    turns: ['Are there any p-44 left?', 'Order 3 more of them.'],
    changes: true,
    isRight: ({ state }) =>
      isOnlyChange(state, ({ orders }) => orders.push({ part: 'p-44', quantity: 3 })),
  },
  {
    id: 'then-message',
    turns: ['Whose bicycle is k-15?', 'Write her that we wait for a part.'],
    changes: true,
    isRight: ({ state }) => isMessageTo(state, 'u-3', /part/i),
  },
  {
    id: 'then-amount',
    turns: ['I have money from customer u-4.', 'It is 5 euros.'],
    changes: true,
    isRight: ({ state }) =>
      isOnlyChange(state, ({ payments }) => payments.push({ customer: 'u-4', amount: 5 })),
  },
];

const forms: TaskParts[] = [
  {
    id: 'form-bike',
    turns: ['Look up k-16 and fill in the form.'],
    output: form({
      make: { type: 'string' },
      hook: { type: 'integer' },
      colour: { type: 'string' },
    }),
    isRight: ({ output }) => isEqual(output, { make: 'Halden Trail', hook: 5, colour: 'green' }),
  },
  {
    id: 'form-stock',
    turns: ['Look up the stock of p-31, p-44 and p-60, and fill in the form.'],
    output: form({
      chains: { type: 'integer' },
      saddles: { type: 'integer' },
      drum_brakes: { type: 'integer' },
    }),
    isRight: ({ output }) => isEqual(output, { chains: 9, saddles: 2, drum_brakes: 1 }),
  },
  {
    id: 'form-action',
    turns: ['Close job j-1, then fill in the form.'],
    output: form({ job: { type: 'string' }, is_closed: { type: 'boolean' } }),
    changes: true,
    isRight: ({ state, output }) =>
      isOnlyChange(state, closeFirstJob) && isEqual(output, { job: 'j-1', is_closed: true }),
  },
  {
    id: 'form-text',
    turns: ['Anselm bought 4 tyres for 88 euros in total. Fill in the form.'],
    output: form({
      buyer: { type: 'string' },
      tyres: { type: 'integer' },
      euros: { type: 'number' },
    }),
    isRight: ({ output }) => isEqual(output, { buyer: 'Anselm', tyres: 4, euros: 88 }),
    toolUse: 'wrong',
  },
];

const talk: TaskParts[] = [
  {
    id: 'thanks',
    turns: ['Great, that was all. See you tomorrow!'],
    isRight: ({ text }) => text.trim() !== '',
    toolUse: 'wrong',
  },
  {
    id: 'explain',
    turns: ['In one sentence: what does a dynamo do on a bicycle?'],
    isRight: ({ text }) => has(text, /electric|light|power|energy|lamp/i),
    toolUse: 'wrong',
  },
];

function job(bike: string, work: string): WorkshopState['jobs'][number] {
  return { id: 'j-4', bike, work, waitsForPart: null, done: false };
}

function closeFirstJob({ jobs }: WorkshopState): void {
  for (const each of jobs) if (each.id === 'j-1') each.done = true;
}

function setPickup(bike: WorkshopState['bikes'][string] | undefined, day: string): void {
  if (bike !== undefined) bike.pickup = day;
}

function isMessageTo(state: WorkshopState, customer: string, about: RegExp): boolean {
  const [sent] = state.messages;
  if (sent === undefined) return false;
  return (
    about.test(sent.message) &&
    isOnlyChange(state, ({ messages }) => messages.push({ customer, message: sent.message }))
  );
}

/** Tasks at the counter of a bicycle workshop. */
export const tasks: readonly Task[] = [
  ...lookups,
  ...actions,
  ...conversations,
  ...forms,
  ...talk,
].map(defineTask);
