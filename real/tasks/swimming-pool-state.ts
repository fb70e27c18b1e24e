import { rowsBy } from './simple-tool.ts';

interface Course {
  readonly id: string;
  readonly name: string;
  readonly teacher: string;
  readonly day: string;
  readonly time: string;
  freePlaces: number;
}

interface Locker {
  readonly id: string;
  readonly area: string;
  rentedBy: unknown;
  until: string | null;
}

/** Everything that the tools of the swimming pool read and change. */
export interface PoolState {
  readonly courses: Record<string, Course>;
  readonly members: Record<
    string,
    { readonly id: string; readonly name: string; readonly email: string; duesEuros: number }
  >;
  readonly lockers: Record<string, Locker>;
  readonly hours: Record<string, { readonly opens: string; readonly closes: string }>;
  readonly enrolments: { readonly course_id: unknown; readonly member_id: unknown }[];
  readonly laneBookings: {
    readonly lane: number;
    readonly hour: number;
    readonly member_id: unknown;
  }[];
  readonly lostItems: { readonly id: string; readonly item: unknown; readonly place: unknown }[];
  readonly ticketsSold: Record<string, number>;
}

/** A swimming pool before the first guest of the day. */
export function makePoolState(): PoolState {
  return {
    courses: rowsBy('id', [
      course(['c-1', 'Baby Splash', 'Mira Lund'], ['Monday', '10:00'], 4),
      course(['c-2', 'Aqua Fitness', 'Oskar Bell'], ['Wednesday', '18:30'], 3),
      course(['c-3', 'Crawl for Beginners', 'Mira Lund'], ['Friday', '17:00'], 0),
      course(['c-4', 'Diving Basics', 'Sana Qureshi'], ['Saturday', '09:15'], 5),
    ]),
    members: rowsBy('id', [
      { id: 'm-1', name: 'Anouk', email: 'anouk@example.org', duesEuros: 0 },
      { id: 'm-2', name: 'Bashir', email: 'bashir@example.org', duesEuros: 18 },
      { id: 'm-3', name: 'Celia', email: 'celia@example.org', duesEuros: 7.5 },
      { id: 'm-4', name: 'Dov', email: 'dov@example.org', duesEuros: 0 },
    ]),
    lockers: rowsBy<'id', Locker>('id', [
      { id: 'k-1', area: 'gallery', rentedBy: 'm-2', until: '2027-03-31' },
      { id: 'k-2', area: 'gallery', rentedBy: null, until: null },
      { id: 'k-3', area: 'north corridor', rentedBy: 'm-3', until: '2027-01-31' },
      { id: 'k-4', area: 'north corridor', rentedBy: null, until: null },
      { id: 'k-5', area: 'basement', rentedBy: null, until: null },
      { id: 'k-6', area: 'basement', rentedBy: 'm-4', until: '2026-12-31' },
    ]),
    hours: {
      Monday: { opens: '06:30', closes: '21:00' },
      Tuesday: { opens: '06:30', closes: '21:00' },
      Wednesday: { opens: '06:30', closes: '22:00' },
      Thursday: { opens: '06:30', closes: '21:00' },
      Friday: { opens: '06:30', closes: '22:00' },
      Saturday: { opens: '08:00', closes: '18:00' },
      Sunday: { opens: '09:00', closes: '17:00' },
    },
    enrolments: [{ course_id: 'c-1', member_id: 'm-2' }],
    laneBookings: [{ lane: 1, hour: 17, member_id: 'm-3' }],
    lostItems: [
      { id: 'x-1', item: 'blue goggles', place: 'hall' },
      { id: 'x-2', item: 'red towel with white stripes', place: 'showers' },
      { id: 'x-3', item: 'left trainer, size 39', place: 'changing room' },
    ],
    ticketsSold: { adult: 0, child: 0, family: 0 },
  };
}

function course(
  [id, name, teacher]: readonly [id: string, name: string, teacher: string],
  [day, time]: readonly [day: string, time: string],
  freePlaces: number,
): Course {
  return { id, name, teacher, day, time, freePlaces };
}

/** The day on which a locker must be given back. Today is 2026-11-28 at this pool. */
export function monthsFromToday(months: number): string {
  return new Date(Date.UTC(2026, 10 + months, 28)).toISOString().slice(0, 10);
}
