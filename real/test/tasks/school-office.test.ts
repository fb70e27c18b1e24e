import { expect, test } from '@jest/globals';
import { makeSchool, tasks } from '../../tasks/school-office.ts';
import { judgeSolution, type Solution } from '../support/judge-solution.ts';

const solutions: Readonly<Record<string, Solution>> = {
  class: { calls: [['get_pupil', { pupil_id: 'P-103' }]], text: '6C' },
  'bus-by-name': { calls: [['search_pupils', { query: 'Nora Feld' }]], text: 'Line 9.' },
  'phone-of-guardian': {
    calls: [
      ['search_pupils', { query: 'Aylin Kaya' }],
      ['get_guardian', { guardian_id: 'G-13' }],
    ],
    text: '555-0199',
  },
  'two-balances': {
    calls: [
      ['get_lunch_account', { pupil_id: 'P-101' }],
      ['get_lunch_account', { pupil_id: 'P-102' }],
    ],
    text: '18.50 and 3 euros.',
  },
  'clubs-of-day': {
    calls: [['list_clubs', { weekday: 'thursday' }]],
    text: 'Choir and robotics.',
  },
  'club-teacher': { calls: [['list_clubs', {}]], text: 'Mr Ode.' },
  'ill-today': {
    calls: [['report_absence', { pupil_id: 'P-102', date: '2026-12-03', reason: 'illness' }]],
  },
  dentist: {
    calls: [
      ['search_pupils', { query: 'Reyes' }],
      ['report_absence', { pupil_id: 'P-104', date: '2026-12-09', reason: 'appointment' }],
    ],
  },
  join: { calls: [['join_club', { pupil_id: 'P-104', club_id: 'C-2' }]] },
  'join-full': {
    calls: [['join_club', { pupil_id: 'P-104', club_id: 'C-1' }]],
    text: 'The club is full.',
  },
  'leave-by-names': {
    calls: [
      ['search_pupils', { query: 'Milo' }],
      ['list_clubs', {}],
      ['leave_club', { pupil_id: 'P-101', club_id: 'C-1' }],
    ],
  },
  'top-up': { calls: [['top_up_lunch', { pupil_id: 'P-103', amount_euros: 20 }]] },
  'clear-debt': {
    calls: [
      ['get_lunch_account', { pupil_id: 'P-104' }],
      ['top_up_lunch', { pupil_id: 'P-104', amount_euros: 13.4 }],
    ],
  },
  'bus-line': { calls: [['change_bus_line', { pupil_id: 'P-101', line: 7 }]] },
  'bus-line-which': { text: 'Which line should it be?' },
  message: {
    calls: [
      ['get_pupil', { pupil_id: 'P-102' }],
      ['message_guardians', { guardian_ids: ['G-12'], text: 'The trip starts at 8.' }],
    ],
  },
  'then-message': {
    calls: [
      ['search_pupils', { query: 'Aylin' }],
      ['message_guardians', { guardian_ids: ['G-13'], text: 'The glasses were found.' }],
    ],
  },
  'then-join': {
    calls: [
      ['list_clubs', {}],
      ['join_club', { pupil_id: 'P-101', club_id: 'C-3' }],
    ],
  },
  'unknown-pupil': {
    calls: [['get_pupil', { pupil_id: 'P-777' }]],
    text: 'There is no such pupil.',
  },
  'unknown-name': {
    calls: [['search_pupils', { query: 'Peter Quist' }]],
    text: 'He is not known here.',
  },
  'form-pupil': {
    calls: [
      ['get_pupil', { pupil_id: 'P-101' }],
      ['get_guardian', { guardian_id: 'G-11' }],
    ],
    output: { first_name: 'Milo', class: '7B', bus_line: 4, guardian: 'Jana Brandt' },
  },
  'form-text': { output: { name: 'Lena', late: 3, absent: 2 } },
  explain: { text: 'A person who takes care of a child.' },
  thanks: { text: 'Goodbye!' },
};

test('every task of the school has a solution', async () => {
  expect(Object.keys(solutions)).toEqual(tasks.map(({ id }) => id));
  for (const task of tasks) {
    const isSolved = await judgeSolution(task, makeSchool(), solutions[task.id] ?? {});
    expect([task.id, isSolved]).toEqual([task.id, true]);
  }
});

test('no task of the school is solved without an answer, a change or a call', async () => {
  for (const task of tasks) {
    expect([task.id, await judgeSolution(task, makeSchool(), {})]).toEqual([task.id, false]);
  }
});

test('a change that nobody asked for is wrong in every task of the school', async () => {
  for (const task of tasks) {
    const solution = solutions[task.id] ?? {};
    const world = makeSchool();
    world.state.messages.unshift({ guardian_ids: ['G-11'], text: 'Hello.' });
    expect([task.id, await judgeSolution(task, world, solution)]).toEqual([task.id, false]);
  }
});
