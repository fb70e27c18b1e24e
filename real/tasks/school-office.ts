import type { Task } from '../src/solve/task-set.ts';
import { form, isEqual } from './define-task.ts';
import { makeSchoolState, type SchoolState } from './school-tools.ts';
import { refusal, worldTasks } from './world-tasks.ts';

export { makeSchool } from './school-tools.ts';

/** The system text of every task. */
export const instructions =
  "You are the assistant of a school's office. Use the tools to find out and to act. Keep answers short. Today is 2026-12-03.";

const { task, answers, changes, isOnlyChange } = worldTasks(makeSchoolState);

const sends =
  (guardian: string, about: RegExp) =>
  ({ state }: { readonly state: SchoolState }) => {
    const [sent] = state.messages;
    return (
      sent !== undefined &&
      about.test(sent.text) &&
      isOnlyChange(state, ({ messages }) =>
        messages.push({ guardian_ids: [guardian], text: sent.text }),
      )
    );
  };

/** Tasks in the office of a school. */
export const tasks: readonly Task[] = [
  task('class', ['Which class is pupil P-103 in?'], answers('6C')),
  task('bus-by-name', ['hi, which bus does Nora Feld take'], answers(/\b9\b|nine/i)),
  task(
    'phone-of-guardian',
    ['Aylin Kaya has a fever. What number can I reach her guardian at?'],
    answers('555-0199'),
  ),
  task(
    'two-balances',
    ['Lunch balances of P-101 and P-102, please.'],
    answers(/18[.,]50?/, /\b3\b/),
  ),
  task(
    'clubs-of-day',
    ['What clubs are there on Thursdays?'],
    answers('choir', 'robotics', /^(?!.*chess)/is),
  ),
  task('club-teacher', ['Who runs the chess club?'], answers('Ode')),
  task(
    'ill-today',
    ['P-102 is ill today, please record it.'],
    changes(({ absences }) =>
      absences.push({ pupil_id: 'P-102', date: '2026-12-03', reason: 'illness' }),
    ),
  ),
  task(
    'dentist',
    [
      "Tomas Reyes can't come on 9 December 2026, he's got a dentist appointment. Note the absence.",
    ],
    changes(({ absences }) =>
      absences.push({ pupil_id: 'P-104', date: '2026-12-09', reason: 'appointment' }),
    ),
  ),
  task(
    'join',
    ['Sign P-104 up for club C-2.'],
    changes(({ clubs }) => clubs[1]?.members.push('P-104')),
  ),
  task('join-full', ['Sign P-104 up for club C-1.'], answers(refusal)),
  task(
    'leave-by-names',
    ["Milo Brandt doesn't want to be in the chess club any more. Take him out."],
    changes(({ clubs: [chess] }) => {
      if (chess !== undefined) chess.members = ['P-103'];
    }),
  ),
  task(
    'top-up',
    ['The guardian of P-103 gave me 20 euros for lunch. Book it.'],
    changes(({ lunch }) => {
      lunch['P-103'] = { balance: 20, owed: 0 };
    }),
  ),
  task(
    'clear-debt',
    ['P-104 pays everything that is owed for lunch.'],
    changes(({ lunch }) => {
      lunch['P-104'] = { balance: 0, owed: 0 };
    }),
  ),
  task(
    'bus-line',
    ['From Monday on P-101 has to take line 7.'],
    changes(({ pupils: [milo] }) => {
      if (milo !== undefined) milo.bus_line = 7;
    }),
  ),
  task('bus-line-which', ['Change the bus line of P-102.'], answers(/\?|which|what line/i), {
    calls: 'optional',
  }),
  task(
    'message',
    ['Text the guardian of P-102 that the school trip starts at 8.'],
    sends('G-12', /trip.*8/is),
  ),
  task(
    'then-message',
    ['Who is the guardian of Aylin Kaya?', 'Let her know that the glasses were found.'],
    sends('G-13', /glasses/i),
  ),
  task(
    'then-join',
    ['Are there free places in robotics?', 'Good, then P-101 joins.'],
    changes(({ clubs }) => clubs[2]?.members.push('P-101')),
  ),
  task('unknown-pupil', ['Which class is P-777 in?'], answers(refusal)),
  task(
    'unknown-name',
    ['What bus line is Peter Quist on?'],
    answers(/\bno\b|not\b|n['’]t\b|unable|cannot/i),
  ),
  task(
    'form-pupil',
    ['Look up P-101 and fill in the form.'],
    ({ state, output }) =>
      isOnlyChange(state) &&
      isEqual(output, { first_name: 'Milo', class: '7B', bus_line: 4, guardian: 'Jana Brandt' }),
    {
      output: form({
        first_name: { type: 'string' },
        class: { type: 'string' },
        bus_line: { type: 'integer' },
        guardian: { type: 'string', description: 'Name of the guardian' },
      }),
    },
  ),
  task(
    'form-text',
    ['Lena was late three times in November and has 2 absences. Fill in the form.'],
    ({ state, output }) =>
      isOnlyChange(state) && isEqual(output, { name: 'Lena', late: 3, absent: 2 }),
    {
      output: form({
        name: { type: 'string' },
        late: { type: 'integer' },
        absent: { type: 'integer' },
      }),
      calls: 'optional',
    },
  ),
  task(
    'explain',
    ['In one sentence: what is a guardian?'],
    answers(/parent|child|care|responsib/i),
    {
      calls: 'wrong',
    },
  ),
  task(
    'thanks',
    ["That's all for today, thank you!"],
    ({ state, text }) => isOnlyChange(state) && text.trim() !== '',
    {
      calls: 'wrong',
    },
  ),
];
