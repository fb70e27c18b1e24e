import type { JsonValue } from '@turnwise/core';
import type { TaskTool } from '../src/solve/task-set.ts';
import {
  makeNurseryState,
  type NurseryState,
  openComplaint,
  plannedDelivery,
} from './plant-nursery-state.ts';
import { choice, includes, simpleTool, text, wholeNumber } from './simple-tool.ts';

type Given = JsonValue | undefined;

/** A plant nursery with its tools. */
export function makeNursery(): { state: NurseryState; tools: TaskTool[] } {
  const state = makeNurseryState();
  return {
    state,
    tools: [
      ...lookUps(state),
      ...deliveryActions(state),
      ...gardenActions(state),
      ...complaintActions(state),
    ],
  };
}

function lookUps({ plants, beds, customers, deliveries, complaints }: NurseryState): TaskTool[] {
  return [
    simpleTool(
      'plantSearch',
      'Searches the catalogue. Returns every plant with the given text in its name or in its light requirement ("sun" or "shade"), with SKU, price, stock and bed.',
      { query: text('Text to look for, e.g. "fern" or "shade"') },
      ({ query }) =>
        Object.values(plants).filter(({ name, light }) =>
          includes(`${name} ${light}`, String(query).trim()),
        ),
    ),
    simpleTool(
      'plantDetails',
      'Returns one plant: name, light, price per pot, pots in stock, bed it stands in.',
      { sku: text('Article code of the plant, e.g. "LAV210"') },
      ({ sku }) => plants[toCode(sku)] ?? { error: `Unknown SKU ${sku}` },
    ),
    simpleTool(
      'bedDetails',
      'Returns one bed: responsible gardener, waterings per week, SKUs of the plants in it.',
      { bedCode: text('Code of the bed, e.g. "N3"') },
      ({ bedCode }) => {
        const bed = beds[toCode(bedCode)];
        if (bed === undefined) return { error: `Unknown bed ${bedCode}` };
        const planted = Object.values(plants).filter((each) => each.bed === bed.bed);
        return { ...bed, plants: planted.map(({ sku }) => sku) };
      },
    ),
    simpleTool(
      'customerDetails',
      'Returns one customer: name, town, amount owed, open complaints.',
      { customerNo: wholeNumber('Customer number, e.g. 4071') },
      ({ customerNo }) => {
        const customer = customers[String(customerNo)];
        if (customer === undefined) return { error: `Unknown customer ${customerNo}` };
        const openComplaints = Object.values(complaints)
          .filter((each) => each.customerNo === customer.customerNo && each.outcome === null)
          .map(({ complaintNo, topic, details }) => ({ complaintNo, topic, details }));
        return { ...customer, openComplaints };
      },
    ),
    simpleTool(
      'deliveryDetails',
      'Returns one delivery: customer number, SKU, pots, date, driver, status.',
      { deliveryRef: text('Delivery reference, e.g. "DL-0109"') },
      ({ deliveryRef }) =>
        deliveries[toCode(deliveryRef)] ?? { error: `Unknown delivery ${deliveryRef}` },
    ),
  ];
}

function deliveryActions({ plants, customers, deliveries }: NurseryState): TaskTool[] {
  return [
    simpleTool(
      'deliverySchedule',
      'Schedules a new delivery of one kind of plant to a customer and takes the pots out of stock.',
      {
        customerNo: wholeNumber('Customer number'),
        sku: text('Article code of the plant'),
        quantity: wholeNumber('Number of pots'),
        deliveryDate: text('Date as YYYY-MM-DD'),
      },
      ({ customerNo, sku, quantity, deliveryDate }) => {
        const customer = customers[String(customerNo)];
        const plant = plants[toCode(sku)];
        if (customer === undefined) return { error: `Unknown customer ${customerNo}` };
        if (plant === undefined) return { error: `Unknown SKU ${sku}` };
        if (!isWhole(quantity, 1)) return { error: 'quantity must be 1 or more' };
        if (!isDate(deliveryDate)) return { error: 'deliveryDate must be YYYY-MM-DD' };
        if (quantity > plant.potsInStock)
          return { error: `Only ${plant.potsInStock} pots of ${plant.sku} in stock` };
        plant.potsInStock -= quantity;
        const ref = `DL-0${121 + Object.keys(deliveries).length}`;
        const when = [String(deliveryDate), null] as const;
        deliveries[ref] = plannedDelivery(ref, customer.customerNo, [plant.sku, quantity], when);
        return { success: true, deliveryRef: ref };
      },
    ),
    simpleTool(
      'deliveryReschedule',
      'Moves a planned delivery to another date.',
      { deliveryRef: text('Delivery reference'), newDate: text('New date as YYYY-MM-DD') },
      ({ deliveryRef, newDate }) => {
        const delivery = deliveries[toCode(deliveryRef)];
        if (delivery === undefined) return { error: `Unknown delivery ${deliveryRef}` };
        if (delivery.status === 'delivered')
          return { error: `${delivery.ref} was already delivered on ${delivery.date}` };
        if (!isDate(newDate)) return { error: 'newDate must be YYYY-MM-DD' };
        delivery.date = String(newDate);
        return { success: true, date: delivery.date };
      },
    ),
  ];
}

function gardenActions({ plants, beds }: NurseryState): TaskTool[] {
  return [
    simpleTool(
      'stockReceive',
      'Books newly arrived pots of a plant into stock.',
      {
        sku: text('Article code of the plant'),
        quantity: wholeNumber('Number of pots that arrived'),
      },
      ({ sku, quantity }) => {
        const plant = plants[toCode(sku)];
        if (plant === undefined) return { error: `Unknown SKU ${sku}` };
        if (!isWhole(quantity, 1)) return { error: 'quantity must be 1 or more' };
        plant.potsInStock += quantity;
        return { success: true, potsInStock: plant.potsInStock };
      },
    ),
    simpleTool(
      'wateringPlanUpdate',
      'Sets how many times per week a bed is watered.',
      { bedCode: text('Code of the bed'), timesPerWeek: wholeNumber('0 to 14') },
      ({ bedCode, timesPerWeek }) => {
        const bed = beds[toCode(bedCode)];
        if (bed === undefined) return { error: `Unknown bed ${bedCode}` };
        if (!isWhole(timesPerWeek, 0) || timesPerWeek > 14)
          return { error: 'timesPerWeek must be 0 to 14' };
        bed.wateringsPerWeek = timesPerWeek;
        return { success: true };
      },
    ),
  ];
}

const topics = ['late delivery', 'damaged plants', 'wrong plants', 'other'];
const outcomes = ['refund', 'replacement', 'apology'];

function complaintActions({ customers, complaints }: NurseryState): TaskTool[] {
  return [
    simpleTool(
      'complaintOpen',
      'Opens a new complaint of a customer.',
      {
        customerNo: wholeNumber('Customer number'),
        topic: choice('What it is about', topics),
        details: text('What the customer says'),
      },
      ({ customerNo, topic, details }) => {
        const customer = customers[String(customerNo)];
        if (customer === undefined) return { error: `Unknown customer ${customerNo}` };
        if (typeof topic !== 'string' || !topics.includes(topic))
          return { error: `topic must be one of: ${topics.join(', ')}` };
        const complaintNo = 33 + Object.keys(complaints).length;
        complaints[complaintNo] = openComplaint(complaintNo, customer.customerNo, topic, details);
        return { success: true, complaintNo };
      },
    ),
    simpleTool(
      'complaintClose',
      'Closes an open complaint with its outcome.',
      {
        complaintNo: wholeNumber('Number of the complaint, e.g. 31'),
        outcome: choice('What the customer got', outcomes),
      },
      ({ complaintNo, outcome }) => {
        const complaint = complaints[String(complaintNo)];
        if (complaint === undefined) return { error: `Unknown complaint ${complaintNo}` };
        if (complaint.outcome !== null)
          return { error: `Complaint ${complaintNo} is already closed` };
        if (typeof outcome !== 'string' || !outcomes.includes(outcome))
          return { error: `outcome must be one of: ${outcomes.join(', ')}` };
        complaint.outcome = outcome;
        return { success: true };
      },
    ),
  ];
}

function toCode(given: Given): string {
  return String(given).trim().toUpperCase();
}

function isWhole(given: Given, least: number): given is number {
  return typeof given === 'number' && Number.isInteger(given) && given >= least;
}

function isDate(given: Given): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(String(given));
}
