import { expect, test } from '@jest/globals';
import type { JsonObject } from '@turnwise/core';
import type { ExecutedCall } from '../../src/solve/task-set.ts';
import { makeClinic, tasks } from '../../tasks/animal-clinic.ts';

interface Solution {
  readonly calls?: readonly (readonly [name: string, input: JsonObject])[];
  readonly text?: string;
  readonly output?: JsonObject;
}

/** What a model without faults does. */
const solutions: Readonly<Record<string, Solution>> = {
  species: { calls: [['get_animal', { animal_id: 'A103' }]], text: 'A rabbit.' },
  'by-name': { calls: [['find_animals', { name: 'Minka' }]], text: 'On 2025-08-19.' },
  'two-bills': {
    calls: [
      ['get_owner', { owner_id: 'W7' }],
      ['get_owner', { owner_id: 'W8' }],
    ],
    text: '85 euros and 30.50 euros.',
  },
  'owner-mobile': {
    calls: [
      ['get_animal', { animal_id: 'A102' }],
      ['get_owner', { owner_id: 'W8' }],
    ],
    text: '0160-9913',
  },
  'next-vet': { calls: [['list_visits', { animal_id: 'A101' }]], text: 'Dr. Sato.' },
  move: { calls: [['move_visit', { visit_id: 'V31', day: '2026-12-11' }]], text: 'Moved.' },
  'move-refused': {
    calls: [['move_visit', { visit_id: 'V32', day: '2026-12-11' }]],
    text: 'That is not possible.',
  },
  'move-when': { text: 'To which day?' },
  'cancel-by-animal': {
    calls: [
      ['find_animals', { name: 'Pluto' }],
      ['list_visits', { animal_id: 'A101' }],
      ['cancel_visit', { visit_id: 'V31' }],
    ],
    text: 'Cancelled.',
  },
  'part-payment': { calls: [['receive_money', { owner_id: 'W8', euros: 10 }]], text: 'Thanks.' },
  'whole-bill': {
    calls: [
      ['get_owner', { owner_id: 'W8' }],
      ['receive_money', { owner_id: 'W8', euros: 30.5 }],
    ],
    text: 'Paid.',
  },
  'then-remind': {
    calls: [
      ['find_animals', { name: 'Hops' }],
      ['remind_owner', { owner_id: 'W7', text: 'The vaccination of Hops is due.' }],
    ],
    text: 'Sent.',
  },
  'form-animal': {
    calls: [['get_animal', { animal_id: 'A102' }]],
    output: { name: 'Minka', species: 'cat', owner: 'W8' },
  },
  word: { text: 'It protects from a disease.' },
};

async function judge(id: string, { calls = [], text = '', output }: Solution): Promise<boolean> {
  const task = tasks.find((each) => each.id === id);
  const { state, tools } = makeClinic();
  const executed: ExecutedCall[] = [];
  for (const [name, input] of calls) {
    executed.push({ name, arguments: input });
    await tools.find((tool) => tool.name === name)?.execute(input);
  }
  return task?.ok(state, text, executed, output) ?? false;
}

test('every task of the clinic has a solution', async () => {
  expect(Object.keys(solutions)).toEqual(tasks.map(({ id }) => id));
  for (const [id, solution] of Object.entries(solutions)) {
    expect([id, await judge(id, solution)]).toEqual([id, true]);
  }
});

test('no task of the clinic is solved without an answer, a change or a call', async () => {
  for (const { id } of tasks) expect([id, await judge(id, {})]).toEqual([id, false]);
});
