import type { JsonObject } from '@turnwise/core';
import type { TaskTool } from '../src/solve/task-set.ts';
import { firstState, type WorkshopState } from './workshop-state.ts';

/** A workshop at the start of a day. */
export function makeWorkshop(): { state: WorkshopState; tools: TaskTool[] } {
  const state = firstState();
  return { state, tools: [...readingTools(state), ...bikeTools(state), ...deskTools(state)] };
}

const text = (description: string): JsonObject => ({ type: 'string', description });

function defineTool(
  name: string,
  description: string,
  properties: JsonObject,
  { grounded = [], execute }: Pick<TaskTool, 'grounded' | 'execute'>,
): TaskTool {
  const required = Object.keys(properties);
  return {
    name,
    description,
    parameters: { type: 'object', properties, required, additionalProperties: false },
    grounded,
    execute,
  };
}

function readingTools({ bikes, customers, parts, jobs }: WorkshopState): TaskTool[] {
  return [
    defineTool(
      'search_bikes',
      'Search the bicycles by make, colour or both.',
      { query: text('For example: red Corvo') },
      {
        execute({ query }) {
          const words = String(query).toLowerCase().split(/\s+/);
          return Object.values(bikes).filter(({ make, colour }) =>
            words.every((word) => `${make} ${colour}`.toLowerCase().includes(word)),
          );
        },
      },
    ),
    defineTool(
      'show_bike',
      'Show a bicycle: make, colour, hook, customer, pickup date.',
      { bike_id: text('Such as k-12') },
      {
        grounded: ['bike_id'],
        execute: ({ bike_id }) => bikes[String(bike_id)] ?? { error: `unknown bicycle ${bike_id}` },
      },
    ),
    defineTool(
      'show_customer',
      'Show a customer: name, phone, debt in euros.',
      { customer_id: text('Such as u-1') },
      {
        grounded: ['customer_id'],
        execute: ({ customer_id }) =>
          customers[String(customer_id)] ?? { error: `unknown customer ${customer_id}` },
      },
    ),
    defineTool(
      'show_part',
      'Show a spare part: name, stock, price in euros.',
      { part_id: text('Such as p-31') },
      {
        grounded: ['part_id'],
        execute({ part_id }) {
          const part = parts[String(part_id)];
          return part === undefined
            ? { error: `unknown part ${part_id}` }
            : { name: part.name, stock: part.stock, price: part.price };
        },
      },
    ),
    defineTool(
      'list_jobs',
      'List the repair jobs of a bicycle.',
      { bike_id: text('Such as k-12') },
      {
        grounded: ['bike_id'],
        execute: ({ bike_id }) => jobs.filter(({ bike }) => bike === bike_id),
      },
    ),
  ];
}

function bikeTools({ bikes, jobs }: WorkshopState): TaskTool[] {
  const work = { type: 'string', enum: ['brakes', 'gears', 'wheel', 'lights'] };
  return [
    defineTool(
      'open_job',
      'Open a repair job for a bicycle.',
      { bike_id: text('Such as k-12'), work },
      {
        grounded: ['bike_id'],
        execute({ bike_id, work: kind }) {
          const bike = bikes[String(bike_id)];
          if (bike === undefined) return { error: `unknown bicycle ${bike_id}` };
          if (!bike.isHere) return { error: `${bike_id} is not in the workshop` };
          const id = `j-${jobs.length + 1}`;
          jobs.push({ id, bike: bike.id, work: String(kind), waitsForPart: null, done: false });
          return { job: id };
        },
      },
    ),
    defineTool(
      'close_job',
      'Mark a repair job as done.',
      { job_id: text('Such as j-1') },
      {
        grounded: ['job_id'],
        execute({ job_id }) {
          const job = jobs.find(({ id }) => id === job_id);
          if (job === undefined) return { error: `unknown job ${job_id}` };
          if (job.waitsForPart !== null)
            return { error: `${job_id} still waits for part ${job.waitsForPart}` };
          job.done = true;
          return { closed: job.id };
        },
      },
    ),
    defineTool(
      'set_pickup',
      'Set the day on which a customer picks up a bicycle.',
      { bike_id: text('Such as k-12'), day: text('Day as YYYY-MM-DD') },
      {
        grounded: ['bike_id', 'day'],
        execute({ bike_id, day }) {
          const bike = bikes[String(bike_id)];
          if (bike === undefined) return { error: `unknown bicycle ${bike_id}` };
          const open = jobs.find((job) => job.bike === bike_id && !job.done);
          if (open !== undefined) return { error: `job ${open.id} of ${bike_id} is not done yet` };
          bike.pickup = String(day);
          return { pickup: bike.pickup };
        },
      },
    ),
  ];
}

function deskTools({ customers, parts, orders, payments, messages }: WorkshopState): TaskTool[] {
  return [
    defineTool(
      'order_part',
      'Order spare parts from the supplier.',
      {
        part_id: text('Such as p-31'),
        quantity: { type: 'integer', minimum: 1, description: 'How many' },
      },
      {
        grounded: ['part_id'],
        execute({ part_id, quantity }) {
          const part = parts[String(part_id)];
          if (part === undefined) return { error: `unknown part ${part_id}` };
          if (!part.isMade) return { error: `the supplier no longer makes the ${part.name}` };
          orders.push({ part: String(part_id), quantity: Number(quantity) });
          return { ordered: Number(quantity), name: part.name };
        },
      },
    ),
    defineTool(
      'take_payment',
      'Record money that a customer paid.',
      { customer_id: text('Such as u-1'), amount: { type: 'number', description: 'Euros' } },
      {
        grounded: ['customer_id', 'amount'],
        execute({ customer_id, amount }) {
          const customer = customers[String(customer_id)];
          if (customer === undefined) return { error: `unknown customer ${customer_id}` };
          if (Number(amount) > customer.debt)
            return { error: `the debt is ${customer.debt} euros only` };
          payments.push({ customer: String(customer_id), amount: Number(amount) });
          customer.debt -= Number(amount);
          return { debt: customer.debt };
        },
      },
    ),
    defineTool(
      'send_message',
      'Send a text message to a customer.',
      { customer_id: text('Such as u-1'), message: text('What to write') },
      {
        grounded: ['customer_id'],
        execute({ customer_id, message }) {
          if (customers[String(customer_id)] === undefined)
            return { error: `unknown customer ${customer_id}` };
          messages.push({ customer: String(customer_id), message: String(message) });
          return { sent: true };
        },
      },
    ),
  ];
}
