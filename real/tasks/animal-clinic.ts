import type { JsonObject } from '@turnwise/core';
import type { ExecutedCall, Task } from '../src/solve/task-set.ts';
import { type ClinicState, makeClinic } from './clinic-tools.ts';
import { form, has, isEqual } from './define-task.ts';

export { makeClinic } from './clinic-tools.ts';

/** The system text of every task. */
export const instructions =
  'You answer the phone of an animal clinic. Look things up with the tools and act with them. Answer in one sentence.';

interface ClinicEnding {
  readonly state: ClinicState;
  readonly text: string;
  readonly output: unknown;
}

/** Changes apart from those that a task expects are wrong. */
function isOnlyChange(state: ClinicState, change?: (expected: ClinicState) => void): boolean {
  const expected = makeClinic().state;
  change?.(expected);
  return JSON.stringify(state) === JSON.stringify(expected);
}

function clinicTask(
  id: string,
  turns: readonly string[],
  isRight: (ending: ClinicEnding) => boolean,
  {
    output,
    withoutCalls = false,
  }: { readonly output?: JsonObject; readonly withoutCalls?: boolean } = {},
): Task {
  return {
    id,
    turns,
    ...(output === undefined ? {} : { output }),
    ok(state, answer, calls: readonly ExecutedCall[], value) {
      if (!withoutCalls && calls.length === 0) return false;
      return isRight({ state: state as ClinicState, text: answer, output: value });
    },
  };
}

const sameState =
  (...wanted: (string | RegExp)[]) =>
  (ending: ClinicEnding) =>
    isOnlyChange(ending.state) && has(ending.text, ...wanted);
const changed = (change: (expected: ClinicState) => void) => (ending: ClinicEnding) =>
  isOnlyChange(ending.state, change);

/** Tasks at the phone of an animal clinic. */
export const tasks: readonly Task[] = [
  clinicTask('species', ['What kind of animal is A103?'], sameState('rabbit')),
  clinicTask(
    'by-name',
    ['When was Minka last vaccinated?'],
    sameState(/2025-08-19|19(th)?( of)? august|august 19/i),
  ),
  clinicTask(
    'two-bills',
    ['How much is still open for W7 and for W8?'],
    sameState(/\b85\b/, /30[.,]50?/),
  ),
  clinicTask(
    'owner-mobile',
    ['I need the mobile number of the owner of A102.'],
    sameState('0160-9913'),
  ),
  clinicTask('next-vet', ['Which vet sees A101 next?'], sameState('Sato')),
  clinicTask(
    'move',
    ['Please move visit V31 to 2026-12-11.'],
    changed(({ visits }) => setDay(visits[0], '2026-12-11')),
  ),
  clinicTask(
    'move-refused',
    ['Please move visit V32 to 2026-12-11.'],
    sameState(/not|n't|unable|no other/i),
  ),
  clinicTask(
    'move-when',
    ['Visit V31 has to be moved.'],
    sameState(/\?|when|which day|what day|date/i),
    { withoutCalls: true },
  ),
  clinicTask(
    'cancel-by-animal',
    ['Pluto is well again. Cancel his visit.'],
    changed(({ visits }) => cancel(visits[0])),
  ),
  clinicTask(
    'part-payment',
    ['W8 paid 10 euros.'],
    changed(({ received, owners }) => pay({ received, owners }, 'W8', 10)),
  ),
  clinicTask(
    'whole-bill',
    ['W8 pays the whole open bill.'],
    changed(({ received, owners }) => pay({ received, owners }, 'W8', 30.5)),
  ),
  clinicTask(
    'then-remind',
    ['Whose animal is Hops?', 'Remind the owner of the vaccination.'],
    ({ state }) => {
      const [sent] = state.reminders;
      return (
        sent !== undefined &&
        /vaccin/i.test(sent.text) &&
        isOnlyChange(state, ({ reminders }) => reminders.push({ owner: 'W7', text: sent.text }))
      );
    },
  ),
  clinicTask(
    'form-animal',
    ['Look up A102 and fill in the form.'],
    ({ state, output }) =>
      isOnlyChange(state) && isEqual(output, { name: 'Minka', species: 'cat', owner: 'W8' }),
    {
      output: form({
        name: { type: 'string' },
        species: { type: 'string' },
        owner: { type: 'string' },
      }),
    },
  ),
  clinicTask(
    'word',
    ['What is a vaccination? One sentence.'],
    sameState(/immun|protect|disease/i),
    { withoutCalls: true },
  ),
];

function setDay(visit: ClinicState['visits'][number] | undefined, day: string): void {
  if (visit !== undefined) visit.day = day;
}

function cancel(visit: ClinicState['visits'][number] | undefined): void {
  if (visit !== undefined) visit.cancelled = true;
}

function pay(
  { received, owners }: Pick<ClinicState, 'received' | 'owners'>,
  owner: string,
  euros: number,
): void {
  received.push({ owner, euros });
  const paying = owners[owner];
  if (paying !== undefined) paying.open -= euros;
}
