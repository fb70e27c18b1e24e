import { rowsBy } from './simple-tool.ts';

interface Show {
  readonly id: string;
  readonly title: string;
  readonly director: string;
  readonly stage: string;
  readonly date: string;
  readonly time: string;
  readonly priceEuros: number;
  freeSeats: string[];
}

interface Booking {
  readonly id: string;
  readonly show_id: string;
  readonly guest_id: string;
  readonly seat: string;
  readonly paid: boolean;
  cancelled: boolean;
}

/** Everything that the tools of the theatre read and change. */
export interface TheatreState {
  readonly shows: Record<string, Show>;
  readonly guests: Record<
    string,
    { readonly id: string; readonly name: string; readonly phone: string }
  >;
  readonly bookings: Record<string, Booking>;
  readonly vouchers: Record<
    string,
    { readonly id: string; eurosLeft: number; readonly validUntil: string }
  >;
  readonly wardrobe: Record<
    string,
    { readonly hook: number; readonly item: unknown; readonly guest_id: string }
  >;
  readonly reprints: { readonly booking_id: string; readonly reason: unknown }[];
}

/** A theatre before the first guest of the day. */
export function makeTheatreState(): TheatreState {
  return {
    shows: makeShows(),
    guests: rowsBy('id', [
      { id: 'g-1', name: 'Amaia', phone: '555-0117' },
      { id: 'g-2', name: 'Leopold', phone: '555-0138' },
      { id: 'g-3', name: 'Shirin', phone: '555-0142' },
    ]),
    bookings: rowsBy('id', [
      booking('b-1', ['s-1', 'g-1', 'A1'], true),
      booking('b-2', ['s-4', 'g-3', 'F9'], false),
      booking('b-3', ['s-3', 'g-2', 'B2'], true),
      booking('b-4', ['s-1', 'g-2', 'A2'], false),
    ]),
    vouchers: rowsBy('id', [
      { id: 'v-1', eurosLeft: 35, validUntil: '2027-08-31' },
      { id: 'v-2', eurosLeft: 17.5, validUntil: '2027-03-15' },
      { id: 'v-3', eurosLeft: 40, validUntil: '2026-06-30' },
    ]),
    wardrobe: rowsBy('hook', [
      { hook: 7, item: 'red umbrella', guest_id: 'g-3' },
      { hook: 12, item: 'green scarf', guest_id: 'g-1' },
    ]),
    reprints: [],
  };
}

function makeShows(): Record<string, Show> {
  return rowsBy('id', [
    {
      ...{ id: 's-1', title: 'The Glass Orchard', director: 'Hanne Brix', stage: 'main house' },
      ...{ date: '2027-02-05', time: '20:15', priceEuros: 22, freeSeats: ['A3', 'A5', 'B6'] },
    },
    {
      ...{ id: 's-2', title: 'Two Left Shoes', director: 'Rui Campos', stage: 'studio' },
      ...{ date: '2027-02-06', time: '20:00', priceEuros: 15, freeSeats: [] },
    },
    {
      ...{ id: 's-3', title: 'Winter Postman', director: 'Hanne Brix', stage: 'studio' },
      ...{ date: '2027-02-07', time: '15:00', priceEuros: 9.5, freeSeats: ['B4', 'B5', 'C1'] },
    },
    {
      ...{ id: 's-4', title: 'The Loud Librarian', director: 'Esi Mensah', stage: 'courtyard' },
      ...{ date: '2027-02-12', time: '19:30', priceEuros: 18, freeSeats: ['C4', 'D8', 'F10'] },
    },
  ]);
}

/** A booking that is not cancelled. */
export function booking(
  id: string,
  [show_id, guest_id, seat]: readonly [show_id: string, guest_id: string, seat: string],
  paid: boolean,
): Booking {
  return { id, show_id, guest_id, seat, paid, cancelled: false };
}
