import type { JsonObject } from '@turnwise/core';
import type { TaskTool } from '../src/solve/task-set.ts';
import { worldTool } from './world-tasks.ts';

interface Pupil {
  readonly pupil_id: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly class: string;
  readonly guardian_id: string;
  bus_line: number;
}

interface Club {
  readonly club_id: string;
  readonly name: string;
  readonly weekday: string;
  readonly teacher: string;
  readonly places: number;
  members: string[];
}

/** Everything that the tools of the school read and change. */
export interface SchoolState {
  readonly pupils: Pupil[];
  readonly guardians: { guardian_id: string; name: string; phone: string }[];
  readonly clubs: Club[];
  readonly lunch: Record<string, { balance: number; owed: number }>;
  readonly absences: { pupil_id: string; date: string; reason: string }[];
  readonly messages: { guardian_ids: string[]; text: string }[];
}

/** The office of a school in the morning. */
export function makeSchoolState(): SchoolState {
  const pupil = (
    [pupil_id, first_name, last_name]: [string, string, string],
    rest: Pick<Pupil, 'class' | 'guardian_id' | 'bus_line'>,
  ): Pupil => ({ pupil_id, first_name, last_name, ...rest });
  return {
    pupils: [
      pupil(['P-101', 'Milo', 'Brandt'], { class: '7B', guardian_id: 'G-11', bus_line: 4 }),
      pupil(['P-102', 'Nora', 'Feld'], { class: '5A', guardian_id: 'G-12', bus_line: 9 }),
      pupil(['P-103', 'Aylin', 'Kaya'], { class: '6C', guardian_id: 'G-13', bus_line: 4 }),
      pupil(['P-104', 'Tomas', 'Reyes'], { class: '8A', guardian_id: 'G-14', bus_line: 2 }),
    ],
    guardians: [
      { guardian_id: 'G-11', name: 'Jana Brandt', phone: '555-0147' },
      { guardian_id: 'G-12', name: 'Oskar Feld', phone: '555-0122' },
      { guardian_id: 'G-13', name: 'Selin Kaya', phone: '555-0199' },
      { guardian_id: 'G-14', name: 'Maria Reyes', phone: '555-0160' },
    ],
    clubs: [
      club(['C-1', 'Chess', 'monday', 'Mr Ode'], 2, ['P-101', 'P-103']),
      club(['C-2', 'Choir', 'thursday', 'Ms Park'], 12, ['P-102']),
      club(['C-3', 'Robotics', 'thursday', 'Mr Lund'], 8, []),
    ],
    lunch: {
      'P-101': { balance: 18.5, owed: 0 },
      'P-102': { balance: 3, owed: 0 },
      'P-103': { balance: 0, owed: 0 },
      'P-104': { balance: 0, owed: 13.4 },
    },
    absences: [{ pupil_id: 'P-103', date: '2026-11-12', reason: 'illness' }],
    messages: [],
  };
}

function club(
  [club_id, name, weekday, teacher]: [string, string, string, string],
  places: number,
  members: string[],
): Club {
  return { club_id, name, weekday, teacher, places, members };
}

/** The office of a school with its tools. */
export function makeSchool(): { state: SchoolState; tools: TaskTool[] } {
  const state = makeSchoolState();
  return { state, tools: [...lookUps(state), ...actions(state)] };
}

const text = (description: string): JsonObject => ({ type: 'string', description });
const pupilId = { pupil_id: text('For example P-100') };
const clubId = { club_id: text('For example C-9') };
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];

function lookUps({ pupils, guardians, clubs, lunch, absences }: SchoolState): TaskTool[] {
  return [
    worldTool(
      'search_pupils',
      'Search pupils by first or last name.',
      { query: text('Name') },
      {
        execute: ({ query }) =>
          pupils.filter((each) =>
            `${each.first_name} ${each.last_name}`
              .toLowerCase()
              .includes(String(query).toLowerCase()),
          ),
      },
    ),
    worldTool('get_pupil', 'Name, class, bus line and guardian of a pupil.', pupilId, {
      grounded: ['pupil_id'],
      execute: ({ pupil_id }) => find(pupils, 'pupil_id', pupil_id) ?? unknown(pupil_id),
    }),
    worldTool(
      'get_guardian',
      'Name and phone number of a guardian.',
      { guardian_id: text('For example G-10') },
      {
        grounded: ['guardian_id'],
        execute: ({ guardian_id }) =>
          find(guardians, 'guardian_id', guardian_id) ?? unknown(guardian_id),
      },
    ),
    worldTool(
      'list_clubs',
      'List the clubs, all or those of one day.',
      { weekday: { type: 'string', enum: weekdays } },
      {
        optional: ['weekday'],
        execute: ({ weekday }) =>
          clubs
            .filter((each) => weekday === undefined || each.weekday === weekday)
            .map(({ members, ...each }) => ({ ...each, free: each.places - members.length })),
      },
    ),
    worldTool('get_lunch_account', 'Balance and open amount of a lunch account.', pupilId, {
      grounded: ['pupil_id'],
      execute: ({ pupil_id }) => lunch[String(pupil_id)] ?? unknown(pupil_id),
    }),
    worldTool('list_absences', 'The days on which a pupil was absent.', pupilId, {
      grounded: ['pupil_id'],
      execute: ({ pupil_id }) => absences.filter((each) => each.pupil_id === pupil_id),
    }),
  ];
}

function actions({ pupils, guardians, clubs, lunch, absences, messages }: SchoolState): TaskTool[] {
  return [
    worldTool(
      'report_absence',
      'Record that a pupil is absent on a day.',
      {
        ...pupilId,
        date: { type: 'string', format: 'date' },
        reason: { type: 'string', enum: ['illness', 'appointment', 'other'] },
      },
      {
        grounded: ['pupil_id'],
        execute({ pupil_id, date, reason }) {
          if (find(pupils, 'pupil_id', pupil_id) === undefined) return unknown(pupil_id);
          absences.push({
            pupil_id: String(pupil_id),
            date: String(date),
            reason: String(reason),
          });
          return { recorded: true };
        },
      },
    ),
    worldTool(
      'join_club',
      'Enter a pupil in a club.',
      { ...pupilId, ...clubId },
      {
        grounded: ['pupil_id', 'club_id'],
        execute({ pupil_id, club_id }) {
          const joined = find(clubs, 'club_id', club_id);
          if (joined === undefined) return unknown(club_id);
          if (find(pupils, 'pupil_id', pupil_id) === undefined) return unknown(pupil_id);
          if (joined.members.length >= joined.places) return { error: 'the club is full' };
          joined.members.push(String(pupil_id));
          return { joined: joined.name };
        },
      },
    ),
    worldTool(
      'leave_club',
      'Take a pupil out of a club.',
      { ...pupilId, ...clubId },
      {
        grounded: ['pupil_id', 'club_id'],
        execute({ pupil_id, club_id }) {
          const left = find(clubs, 'club_id', club_id);
          if (left?.members.includes(String(pupil_id)) !== true)
            return { error: 'this pupil is not in this club' };
          left.members = left.members.filter((each) => each !== pupil_id);
          return { left: left.name };
        },
      },
    ),
    worldTool(
      'top_up_lunch',
      'Book money on a lunch account. What is owed is paid first.',
      { ...pupilId, amount_euros: { type: 'number' } },
      {
        grounded: ['pupil_id', 'amount_euros'],
        execute({ pupil_id, amount_euros }) {
          const account = lunch[String(pupil_id)];
          if (account === undefined) return unknown(pupil_id);
          const paid = Math.min(account.owed, Number(amount_euros));
          account.owed -= paid;
          account.balance += Number(amount_euros) - paid;
          return { ...account };
        },
      },
    ),
    worldTool(
      'change_bus_line',
      'Put a pupil on another bus line.',
      { ...pupilId, line: { type: 'integer' } },
      {
        grounded: ['pupil_id', 'line'],
        execute({ pupil_id, line }) {
          const changed = find(pupils, 'pupil_id', pupil_id);
          if (changed === undefined) return unknown(pupil_id);
          changed.bus_line = Number(line);
          return { ok: true };
        },
      },
    ),
    worldTool(
      'message_guardians',
      'Send a text message to guardians.',
      {
        guardian_ids: { type: 'array', items: { type: 'string' }, minItems: 1 },
        text: text('The message'),
      },
      {
        grounded: ['guardian_ids'],
        execute({ guardian_ids, text: message }) {
          const ids = (Array.isArray(guardian_ids) ? guardian_ids : []).map(String);
          const missing = ids.find((id) => find(guardians, 'guardian_id', id) === undefined);
          if (missing !== undefined) return unknown(missing);
          messages.push({ guardian_ids: ids, text: String(message) });
          return { sent: ids.length };
        },
      },
    ),
  ];
}

function find<Each, Key extends keyof Each>(
  list: readonly Each[],
  key: Key,
  value: unknown,
): Each | undefined {
  return list.find((each) => each[key] === value);
}

function unknown(id: unknown): { readonly error: string } {
  return { error: `${String(id)} is not known` };
}
