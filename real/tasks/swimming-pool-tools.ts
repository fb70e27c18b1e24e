import type { JsonValue } from '@turnwise/core';
import type { TaskTool } from '../src/solve/task-set.ts';
import { choice, includes, simpleTool, text, wholeNumber } from './simple-tool.ts';
import { makePoolState, monthsFromToday, type PoolState } from './swimming-pool-state.ts';

/** A swimming pool with its tools. */
export function makePool(): { state: PoolState; tools: TaskTool[] } {
  const state = makePoolState();
  return {
    state,
    tools: [...lookUps(state), ...memberActions(state), ...deskActions(state), payDues(state)],
  };
}

function lookUps({ courses, members, lockers, hours, lostItems }: PoolState): TaskTool[] {
  return [
    simpleTool(
      'find_courses',
      'Find courses whose id, name or teacher contains the words: id, name, teacher, day, time, free places.',
      { words: text('Part of a course name or of a teacher, or a course id like c-1') },
      (input) =>
        Object.values(courses).filter(({ id, name, teacher }) =>
          includes(`${id} ${name} ${teacher}`, input.words),
        ),
    ),
    simpleTool(
      'get_member',
      'Look up a member by id: name, e-mail, open dues.',
      { member_id: text('Member id, like m-1') },
      ({ member_id }) => members[String(member_id)] ?? { error: `no member ${member_id}` },
    ),
    simpleTool(
      'get_locker',
      'Look up one locker by its id: area, who rents it, until when.',
      { locker_id: text('Locker id, like k-1') },
      ({ locker_id }) => lockers[String(locker_id)] ?? { error: `no locker ${locker_id}` },
    ),
    simpleTool(
      'get_opening_hours',
      'When the pool opens and closes on a day of the week.',
      { day: choice('Day of the week', Object.keys(hours)) },
      ({ day }) => hours[String(day)] ?? { error: `no day ${day}` },
    ),
    simpleTool(
      'find_lost_items',
      'Find things in the lost property whose description contains the words.',
      { words: text('Part of the description, like towel') },
      (input) => lostItems.filter(({ item }) => includes(String(item), input.words)),
    ),
  ];
}

function memberActions({ courses, members, lockers, enrolments, laneBookings }: PoolState) {
  return [
    simpleTool(
      'enrol_member',
      'Put a member in a course.',
      { course_id: text('Course id, like c-1'), member_id: text('Member id') },
      ({ course_id, member_id }) => {
        const course = courses[String(course_id)];
        if (course === undefined || members[String(member_id)] === undefined)
          return { error: 'no such course or member' };
        if (enrolments.some((each) => each.course_id === course_id && each.member_id === member_id))
          return { error: 'already in that course' };
        if (course.freePlaces === 0) return { error: `${course.name} is full` };
        course.freePlaces -= 1;
        enrolments.push({ course_id, member_id });
        return { ok: true, day: course.day, time: course.time };
      },
    ),
    simpleTool(
      'rent_locker',
      'Rent a free locker to a member, for the number of months that the member wants.',
      {
        locker_id: text('Locker id'),
        member_id: text('Member id'),
        months: wholeNumber('Months, 1 to 12'),
      },
      ({ locker_id, member_id, months }) => {
        const locker = lockers[String(locker_id)];
        if (locker === undefined || members[String(member_id)] === undefined)
          return { error: 'no such locker or member' };
        if (locker.rentedBy !== null)
          return { error: `already rented by ${locker.rentedBy} until ${locker.until}` };
        if (!isWhole(months, 1, 12)) return { error: 'months must be 1 to 12' };
        Object.assign(locker, { rentedBy: member_id, until: monthsFromToday(months) });
        return { ok: true, until: locker.until };
      },
    ),
    simpleTool(
      'book_lane',
      'Book a lane for a member, today, for one hour.',
      {
        lane: wholeNumber('Lane, 1 to 6'),
        hour: wholeNumber('Hour at which it starts, 7 to 20 (24-hour clock)'),
        member_id: text('Member id'),
      },
      ({ lane, hour, member_id }) => {
        if (members[String(member_id)] === undefined) return { error: 'no such member' };
        if (!isWhole(lane, 1, 6)) return { error: 'lane must be 1 to 6' };
        if (!isWhole(hour, 7, 20)) return { error: 'hour must be 7 to 20' };
        if (laneBookings.some((each) => each.lane === lane && each.hour === hour))
          return { error: `lane ${lane} is taken at ${hour}:00` };
        laneBookings.push({ lane, hour, member_id });
        return { ok: true };
      },
    ),
  ];
}

const prices: Readonly<Record<string, number>> = { adult: 5, child: 3, family: 13 };

function deskActions({ lostItems, ticketsSold }: PoolState): TaskTool[] {
  return [
    simpleTool(
      'log_lost_item',
      'Put a thing that was found in the lost property.',
      {
        place: choice('Where it was found', ['hall', 'showers', 'changing room', 'cafe']),
        item: text('What it is'),
      },
      ({ place, item }) => {
        const id = `x-${lostItems.length + 1}`;
        lostItems.push({ id, item, place });
        return { ok: true, id };
      },
    ),
    simpleTool(
      'sell_tickets',
      'Sell day tickets.',
      {
        kind: choice('Kind of ticket', ['adult', 'child', 'family']),
        count: wholeNumber('How many'),
      },
      ({ kind, count }) => {
        const sold = ticketsSold[String(kind)];
        if (sold === undefined) return { error: `no ticket ${kind}` };
        if (!isWhole(count, 1)) return { error: 'count must be 1 or more' };
        ticketsSold[String(kind)] = sold + count;
        return { ok: true, totalEuros: count * (prices[String(kind)] ?? 0) };
      },
    ),
  ];
}

function payDues({ members }: PoolState): TaskTool {
  return simpleTool(
    'pay_dues',
    'Record that a member paid.',
    { member_id: text('Member id'), euros: { type: 'number', description: 'Amount in euros' } },
    ({ member_id, euros }) => {
      const member = members[String(member_id)];
      const amount = Number(euros);
      if (member === undefined) return { error: 'no such member' };
      if (!(amount > 0)) return { error: 'euros must be more than 0' };
      if (amount > member.duesEuros) return { error: `the dues are only ${member.duesEuros}` };
      member.duesEuros -= amount;
      return { ok: true, left: member.duesEuros };
    },
  );
}

function isWhole(
  given: JsonValue | undefined,
  least: number,
  most = Number.POSITIVE_INFINITY,
): given is number {
  return Number.isInteger(given) && Number(given) >= least && Number(given) <= most;
}
