import type { JsonObject, JsonValue } from '@turnwise/core';
import type { TaskTool } from '../src/solve/task-set.ts';
import { worldTool } from './world-tasks.ts';

interface OrderItem {
  readonly sku: string;
  readonly quantity: number;
}

interface Order {
  readonly orderNumber: number;
  readonly customerNumber: string;
  status: 'open' | 'packed' | 'delivered' | 'cancelled';
  readonly items: readonly OrderItem[];
  readonly totalEuros: number;
  delivery: { date: string; slot: string };
}

/** Everything that the tools of the farm shop read and change. */
export interface FarmShopState {
  readonly products: {
    readonly sku: string;
    readonly name: string;
    readonly unit: string;
    readonly priceEuros: number;
    readonly stock: number;
  }[];
  readonly customers: {
    readonly customerNumber: string;
    readonly name: string;
    readonly phone: string;
    address: JsonValue;
  }[];
  readonly orders: Order[];
  readonly placed: { customerNumber: string; items: readonly OrderItem[] }[];
  readonly refunds: { orderNumber: number; amountEuros: number }[];
  readonly sent: { customerNumber: string; text: string }[];
}

/** A farm shop before the first order of the day. */
export function makeFarmShopState(): FarmShopState {
  return {
    products: [
      { sku: 'CAR-01', name: 'Carrots', unit: 'kg', priceEuros: 2.4, stock: 40 },
      { sku: 'POT-02', name: 'Potatoes', unit: 'kg', priceEuros: 1.9, stock: 115 },
      { sku: 'EGG-10', name: 'Eggs, box of ten', unit: 'box', priceEuros: 4.2, stock: 0 },
      { sku: 'APP-03', name: 'Apples', unit: 'kg', priceEuros: 3.1, stock: 22 },
    ],
    customers: [
      customer(['K201', 'Bea Lang', '0664-7710'], 'Hill Road 2', ['Linz', '4020']),
      customer(['K202', 'Jonas Wirth', '0664-3391'], 'Church Square 9', ['Wels', '4600']),
      customer(['K203', 'Ines Pohl', '0699-1204'], 'River Street 17', ['Linz', '4030']),
    ],
    orders: [
      order([1041, 'K202', 'delivered'], 23.8, ['2026-11-30', 'morning']),
      order([1042, 'K201', 'packed'], 9.6, ['2026-12-04', 'evening']),
      order([1043, 'K203', 'open'], 31.5, ['2026-12-11', 'morning']),
      order([1044, 'K202', 'open'], 12.4, ['2026-12-12', 'evening']),
    ],
    placed: [],
    refunds: [],
    sent: [],
  };
}

function customer(
  [customerNumber, name, phone]: [string, string, string],
  street: string,
  [town, postcode]: [string, string],
): FarmShopState['customers'][number] {
  return { customerNumber, name, phone, address: { street, town, postcode } };
}

function order(
  [orderNumber, customerNumber, status]: [number, string, Order['status']],
  totalEuros: number,
  [date, slot]: [string, string],
): Order {
  const items = [{ sku: 'APP-03', quantity: 2 }];
  return { orderNumber, customerNumber, status, items, totalEuros, delivery: { date, slot } };
}

/** A farm shop with its tools. */
export function makeFarmShop(): { state: FarmShopState; tools: TaskTool[] } {
  const state = makeFarmShopState();
  return { state, tools: [...lookUps(state), ...orderActions(state), ...customerActions(state)] };
}

const text = (description: string): JsonObject => ({ type: 'string', description });
const nested = (properties: JsonObject): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const orderNumber = { orderNumber: { type: 'integer', description: 'e.g. 1001' } };
const customerNumber = { customerNumber: text('e.g. K200') };

function lookUps({ products, customers, orders }: FarmShopState): TaskTool[] {
  return [
    worldTool(
      'searchProducts',
      'Products by name, with price and stock.',
      { text: text('Part of the name') },
      {
        execute: ({ text: part }) =>
          products.filter(({ name }) => name.toLowerCase().includes(String(part).toLowerCase())),
      },
    ),
    worldTool(
      'getProduct',
      'One product by its sku.',
      { sku: text('e.g. PEA-07') },
      {
        grounded: ['sku'],
        execute: ({ sku }) => products.find((each) => each.sku === sku) ?? unknown('product', sku),
      },
    ),
    worldTool(
      'findCustomer',
      'Find customers by name.',
      { name: text('First or last name') },
      {
        execute: ({ name }) =>
          customers.filter((each) => each.name.toLowerCase().includes(String(name).toLowerCase())),
      },
    ),
    worldTool('getCustomer', 'Name, phone and address of a customer.', customerNumber, {
      grounded: ['customerNumber'],
      execute: (input) =>
        customers.find((each) => each.customerNumber === input.customerNumber) ??
        unknown('customer', input.customerNumber),
    }),
    worldTool('getOrder', 'Status, total, items and delivery of an order.', orderNumber, {
      grounded: ['orderNumber'],
      execute: (input) =>
        orders.find((each) => each.orderNumber === input.orderNumber) ??
        unknown('order', input.orderNumber),
    }),
    worldTool(
      'listOrders',
      'All orders of a customer, or only those with a status.',
      {
        ...customerNumber,
        status: { type: 'string', enum: ['open', 'packed', 'delivered', 'cancelled'] },
      },
      {
        optional: ['status'],
        grounded: ['customerNumber'],
        execute: (input) =>
          orders.filter(
            (each) =>
              each.customerNumber === input.customerNumber &&
              (input.status === undefined || each.status === input.status),
          ),
      },
    ),
  ];
}

function orderActions({ products, customers, orders, placed, refunds }: FarmShopState): TaskTool[] {
  const find = (input: JsonObject) => orders.find((each) => each.orderNumber === input.orderNumber);
  return [
    worldTool(
      'placeOrder',
      'Place an order for a customer.',
      {
        ...customerNumber,
        items: {
          type: 'array',
          minItems: 1,
          items: nested({ sku: text('Of the product'), quantity: { type: 'number', minimum: 1 } }),
        },
      },
      {
        grounded: ['customerNumber', 'items'],
        execute(input) {
          const items = input.items as unknown as OrderItem[];
          if (!customers.some((each) => each.customerNumber === input.customerNumber))
            return unknown('customer', input.customerNumber);
          for (const { sku, quantity } of items) {
            const product = products.find((each) => each.sku === sku);
            if (product === undefined) return unknown('product', sku);
            if (product.stock < quantity) return { error: `only ${product.stock} of ${sku} left` };
          }
          placed.push({ customerNumber: String(input.customerNumber), items });
          return { orderNumber: 1044 + placed.length };
        },
      },
    ),
    worldTool(
      'cancelOrder',
      'Cancel an order that is not delivered yet.',
      { ...orderNumber, reason: text('Why') },
      {
        optional: ['reason'],
        grounded: ['orderNumber'],
        execute(input) {
          const cancelled = find(input);
          if (cancelled === undefined) return unknown('order', input.orderNumber);
          if (cancelled.status === 'delivered') return { error: 'it was delivered' };
          cancelled.status = 'cancelled';
          return { status: 'cancelled' };
        },
      },
    ),
    worldTool(
      'rescheduleDelivery',
      'Move the delivery of an order.',
      {
        ...orderNumber,
        delivery: nested({
          date: { type: 'string', format: 'date' },
          slot: { type: 'string', enum: ['morning', 'evening'] },
        }),
      },
      {
        grounded: ['orderNumber'],
        execute(input) {
          const moved = find(input);
          if (moved === undefined) return unknown('order', input.orderNumber);
          const { date, slot } = Object(input.delivery);
          moved.delivery = { date: String(date), slot: String(slot) };
          return { delivery: moved.delivery };
        },
      },
    ),
    worldTool(
      'refundOrder',
      'Pay money back for an order.',
      { ...orderNumber, amountEuros: { type: 'number' } },
      {
        grounded: ['orderNumber', 'amountEuros'],
        execute(input) {
          const amountEuros = Number(input.amountEuros);
          const refunded = find(input);
          if (refunded === undefined) return unknown('order', input.orderNumber);
          if (amountEuros > refunded.totalEuros)
            return { error: `the total is ${refunded.totalEuros}` };
          refunds.push({ orderNumber: refunded.orderNumber, amountEuros });
          return { refunded: amountEuros };
        },
      },
    ),
  ];
}

function customerActions({ customers, sent }: FarmShopState): TaskTool[] {
  const find = (input: JsonObject) =>
    customers.find((each) => each.customerNumber === input.customerNumber);
  return [
    worldTool(
      'updateAddress',
      'Change the address of a customer.',
      {
        ...customerNumber,
        address: nested({ street: text('With number'), town: text(''), postcode: text('') }),
      },
      {
        grounded: ['customerNumber'],
        execute(input) {
          const moved = find(input);
          if (moved === undefined) return unknown('customer', input.customerNumber);
          const { street, town, postcode } = Object(input.address);
          moved.address = { street, town, postcode };
          return { ok: true };
        },
      },
    ),
    worldTool(
      'writeToCustomer',
      'Write a message to a customer.',
      { ...customerNumber, text: text('The message') },
      {
        grounded: ['customerNumber'],
        execute(input) {
          if (find(input) === undefined) return unknown('customer', input.customerNumber);
          sent.push({ customerNumber: String(input.customerNumber), text: String(input.text) });
          return { ok: true };
        },
      },
    ),
  ];
}

function unknown(kind: string, id: unknown): { readonly error: string } {
  return { error: `unknown ${kind} ${String(id)}` };
}
