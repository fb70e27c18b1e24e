import type { JsonObject } from '@turnwise/core';
import type { TaskTool } from '../src/solve/task-set.ts';

/** Everything that the tools of the clinic read and change. */
export interface ClinicState {
  readonly animals: Readonly<
    Record<
      string,
      {
        readonly id: string;
        readonly name: string;
        readonly species: string;
        readonly owner: string;
        readonly vaccinated: string;
      }
    >
  >;
  readonly owners: Readonly<
    Record<string, { readonly name: string; readonly mobile: string; open: number }>
  >;
  readonly visits: {
    readonly id: string;
    readonly animal: string;
    day: string;
    readonly vet: string;
    cancelled: boolean;
  }[];
  readonly received: { owner: string; euros: number }[];
  readonly reminders: { owner: string; text: string }[];
}

/** A clinic in the morning. */
export function makeClinic(): { state: ClinicState; tools: TaskTool[] } {
  const state: ClinicState = {
    animals: {
      A101: { id: 'A101', name: 'Pluto', species: 'dog', owner: 'W7', vaccinated: '2026-03-02' },
      A102: { id: 'A102', name: 'Minka', species: 'cat', owner: 'W8', vaccinated: '2025-08-19' },
      A103: { id: 'A103', name: 'Hops', species: 'rabbit', owner: 'W7', vaccinated: '2026-06-30' },
    },
    owners: {
      W7: { name: 'Rosa Lindt', mobile: '0171-4420', open: 85 },
      W8: { name: 'Emil Brandt', mobile: '0160-9913', open: 30.5 },
    },
    visits: [
      { id: 'V31', animal: 'A101', day: '2026-12-04', vet: 'Dr. Sato', cancelled: false },
      { id: 'V32', animal: 'A102', day: '2026-12-01', vet: 'Dr. Meir', cancelled: false },
    ],
    received: [],
    reminders: [],
  };
  return { state, tools: [...clinicLookUps(state), ...clinicActions(state)] };
}

const text = (description: string): JsonObject => ({ type: 'string', description });

function define(
  name: string,
  description: string,
  properties: JsonObject,
  { grounded = [], execute }: Pick<TaskTool, 'grounded' | 'execute'>,
): TaskTool {
  const required = Object.keys(properties);
  const parameters = { type: 'object', properties, required, additionalProperties: false };
  return { name, description, parameters, grounded, execute };
}

const ids = {
  animal: { animal_id: text('Number of the animal, for example A100') },
  owner: { owner_id: text('Number of the owner, for example W1') },
  visit: { visit_id: text('Number of the visit, for example V30') },
};

function clinicLookUps({ animals, owners, visits }: ClinicState): TaskTool[] {
  return [
    define(
      'find_animals',
      'Find animals by their name.',
      { name: text('Name of the animal') },
      {
        execute: ({ name }) =>
          Object.values(animals).filter((each) =>
            each.name.toLowerCase().includes(String(name).toLowerCase()),
          ),
      },
    ),
    define(
      'get_animal',
      'Look up an animal: name, species, owner, day of the last vaccination.',
      ids.animal,
      {
        grounded: ['animal_id'],
        execute: ({ animal_id }) =>
          animals[String(animal_id)] ?? { error: `there is no animal ${animal_id}` },
      },
    ),
    define('get_owner', 'Look up an owner: name, mobile number, open bill in euros.', ids.owner, {
      grounded: ['owner_id'],
      execute: ({ owner_id }) =>
        owners[String(owner_id)] ?? { error: `there is no owner ${owner_id}` },
    }),
    define('list_visits', 'List the visits of an animal.', ids.animal, {
      grounded: ['animal_id'],
      execute: ({ animal_id }) => visits.filter(({ animal }) => animal === animal_id),
    }),
  ];
}

function clinicActions({ owners, visits, received, reminders }: ClinicState): TaskTool[] {
  return [
    define(
      'move_visit',
      'Move a visit to another day.',
      { ...ids.visit, day: text('Day as YYYY-MM-DD') },
      {
        grounded: ['visit_id', 'day'],
        execute({ visit_id, day }) {
          const visit = visits.find(({ id }) => id === visit_id);
          if (visit === undefined) return { error: `there is no visit ${visit_id}` };
          if (visit.vet === 'Dr. Meir') return { error: 'Dr. Meir has no other free day' };
          visit.day = String(day);
          return { visit: visit.id, day: visit.day };
        },
      },
    ),
    define('cancel_visit', 'Cancel a visit.', ids.visit, {
      grounded: ['visit_id'],
      execute({ visit_id }) {
        const visit = visits.find(({ id }) => id === visit_id);
        if (visit === undefined) return { error: `there is no visit ${visit_id}` };
        visit.cancelled = true;
        return { cancelled: visit.id };
      },
    }),
    define(
      'receive_money',
      'Enter money that an owner paid.',
      { ...ids.owner, euros: { type: 'number' } },
      {
        grounded: ['owner_id', 'euros'],
        execute({ owner_id, euros }) {
          const owner = owners[String(owner_id)];
          if (owner === undefined) return { error: `there is no owner ${owner_id}` };
          if (Number(euros) > owner.open) return { error: `only ${owner.open} euros are open` };
          received.push({ owner: String(owner_id), euros: Number(euros) });
          owner.open -= Number(euros);
          return { open: owner.open };
        },
      },
    ),
    define(
      'remind_owner',
      'Send a reminder to an owner.',
      { ...ids.owner, text: text('Text of the reminder') },
      {
        grounded: ['owner_id'],
        execute({ owner_id, text: message }) {
          if (owners[String(owner_id)] === undefined)
            return { error: `there is no owner ${owner_id}` };
          reminders.push({ owner: String(owner_id), text: String(message) });
          return { sent: true };
        },
      },
    ),
  ];
}
