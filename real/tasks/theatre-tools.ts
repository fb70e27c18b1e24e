import type { TaskTool } from '../src/solve/task-set.ts';
import { includes, simpleTool, text, wholeNumber } from './simple-tool.ts';
import { booking, makeTheatreState, type TheatreState } from './theatre-state.ts';

const today = '2026-11-28';

/** A theatre with its tools. */
export function makeTheatre(): { state: TheatreState; tools: TaskTool[] } {
  const state = makeTheatreState();
  return {
    state,
    tools: [
      ...lookUps(state),
      ...bookingActions(state),
      redeemVoucher(state),
      ...wardrobeActions(state),
    ],
  };
}

function lookUps({ shows, guests, bookings, vouchers, wardrobe }: TheatreState): TaskTool[] {
  return [
    simpleTool(
      'find_shows',
      'Find shows whose title or director contains the words.',
      { words: text('Part of a title or of a director') },
      (input) =>
        Object.values(shows).filter(({ title, director }) =>
          includes(`${title} ${director}`, input.words),
        ),
    ),
    simpleTool(
      'get_show',
      'Look up one show by its id: director, stage, date, time, price of a ticket, free seats.',
      { show_id: text('Show id, like s-1') },
      ({ show_id }) => shows[String(show_id)] ?? { error: `no show ${show_id}` },
    ),
    simpleTool(
      'get_guest',
      'Look up a guest by id: name, phone, bookings, things in the wardrobe.',
      { guest_id: text('Guest id, like g-1') },
      ({ guest_id }) => {
        const guest = guests[String(guest_id)];
        if (guest === undefined) return { error: `no guest ${guest_id}` };
        return {
          ...guest,
          bookings: Object.values(bookings)
            .filter((each) => each.guest_id === guest_id && !each.cancelled)
            .map(({ id }) => id),
          wardrobe: Object.values(wardrobe)
            .filter((each) => each.guest_id === guest_id)
            .map(({ hook, item }) => ({ hook, item })),
        };
      },
    ),
    simpleTool(
      'get_booking',
      'Look up a booking by id: show, guest, seat, paid or not.',
      { booking_id: text('Booking id, like b-1') },
      ({ booking_id }) => bookings[String(booking_id)] ?? { error: `no booking ${booking_id}` },
    ),
    simpleTool(
      'get_voucher',
      'Look up a voucher by id: euros left, last day on which it is valid.',
      { voucher_id: text('Voucher id, like v-1') },
      ({ voucher_id }) => vouchers[String(voucher_id)] ?? { error: `no voucher ${voucher_id}` },
    ),
  ];
}

function bookingActions({ shows, guests, bookings, reprints }: TheatreState): TaskTool[] {
  return [
    simpleTool(
      'book_seat',
      'Book a free seat in a show for a guest.',
      { show_id: text('Show id'), guest_id: text('Guest id'), seat: text('Seat, like A3') },
      ({ show_id, guest_id, seat }) => {
        const show = shows[String(show_id)];
        if (show === undefined || guests[String(guest_id)] === undefined)
          return { error: 'no such show or guest' };
        const wanted = String(seat).toUpperCase();
        if (show.freeSeats.length === 0) return { error: `${show.title} is sold out` };
        if (!show.freeSeats.includes(wanted)) return { error: `seat ${wanted} is not free` };
        show.freeSeats = show.freeSeats.filter((each) => each !== wanted);
        const id = `b-${Object.keys(bookings).length + 1}`;
        bookings[id] = booking(id, [String(show_id), String(guest_id), wanted], false);
        return { ok: true, booking_id: id, priceEuros: show.priceEuros };
      },
    ),
    simpleTool(
      'cancel_booking',
      'Cancel a booking; its seat becomes free again.',
      { booking_id: text('Booking id') },
      ({ booking_id }) => {
        const cancelled = bookings[String(booking_id)];
        if (cancelled === undefined) return { error: `no booking ${booking_id}` };
        if (cancelled.cancelled) return { error: 'that booking is already cancelled' };
        cancelled.cancelled = true;
        shows[cancelled.show_id]?.freeSeats.push(cancelled.seat);
        shows[cancelled.show_id]?.freeSeats.sort();
        return { ok: true };
      },
    ),
    simpleTool(
      'reprint_ticket',
      'Print the ticket of a booking again; the old one becomes invalid.',
      {
        booking_id: text('Booking id'),
        reason: { type: 'string', enum: ['lost', 'damaged', 'misprint'] },
      },
      ({ booking_id, reason }) => {
        const printed = bookings[String(booking_id)];
        if (printed === undefined || printed.cancelled) return { error: 'no such booking' };
        reprints.push({ booking_id: String(booking_id), reason });
        return { ok: true };
      },
    ),
  ];
}

function redeemVoucher({ vouchers }: TheatreState): TaskTool {
  return simpleTool(
    'redeem_voucher',
    'Take an amount off a voucher.',
    { voucher_id: text('Voucher id'), euros: { type: 'number', description: 'Amount in euros' } },
    ({ voucher_id, euros }) => {
      const voucher = vouchers[String(voucher_id)];
      const amount = Number(euros);
      if (voucher === undefined) return { error: `no voucher ${voucher_id}` };
      if (voucher.validUntil < today)
        return { error: `that voucher expired on ${voucher.validUntil}` };
      if (!(amount > 0)) return { error: 'euros must be more than 0' };
      if (amount > voucher.eurosLeft)
        return { error: `only ${voucher.eurosLeft} euros are left on it` };
      voucher.eurosLeft -= amount;
      return { ok: true, left: voucher.eurosLeft };
    },
  );
}

function wardrobeActions({ guests, wardrobe }: TheatreState): TaskTool[] {
  return [
    simpleTool(
      'store_item',
      'Take a coat, bag or other thing of a guest into the wardrobe; gives the hook.',
      { guest_id: text('Guest id'), item: text('What it is') },
      ({ guest_id, item }) => {
        if (guests[String(guest_id)] === undefined) return { error: `no guest ${guest_id}` };
        const hook = Math.max(0, ...Object.keys(wardrobe).map(Number)) + 1;
        wardrobe[hook] = { hook, item, guest_id: String(guest_id) };
        return { ok: true, hook };
      },
    ),
    simpleTool(
      'return_item',
      'Hand the thing on a wardrobe hook back to its guest.',
      { hook: wholeNumber('Number of the hook') },
      ({ hook }) => {
        const returned = wardrobe[String(hook)];
        if (returned === undefined) return { error: `nothing on hook ${hook}` };
        delete wardrobe[String(hook)];
        return { ok: true, item: returned.item };
      },
    ),
  ];
}
