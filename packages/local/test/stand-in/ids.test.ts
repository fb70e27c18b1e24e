import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type JsonObject, type LocalEndpoint, startLocalEndpoint } from '../../src/index.ts';
import { converse, type TestTool } from './converse.ts';

let endpoint: LocalEndpoint;
beforeAll(async () => {
  endpoint = await startLocalEndpoint({ models: ['gemma'] });
});
afterAll(() => endpoint.close());

function deskTool(name: string, description: string, properties: JsonObject): TestTool {
  const parameters = { type: 'object', properties, required: Object.keys(properties) };
  const fields = Object.keys(properties).map((field) => `${field}: string`);
  const signature = `${name}(${fields.join(', ')})  # ${description}`;
  return { name, description, parameters, signature, run: () => ({ status: 'done' }) };
}

const text = { type: 'string' };
const findOrder = deskTool('find_order', 'Looks up an order.', { orderId: text });
const refund = deskTool('refund_order', 'Refunds an amount of euros for an order.', {
  order: text,
  euros: { type: 'number' },
});

async function callsFor(question: string, ...tools: TestTool[]): Promise<string[]> {
  return (await converse(endpoint.url, question, tools)).calls;
}

describe.each([
  'A-2',
  'ORD-4711',
  '#1042',
  'INV-2026-0007',
  'sku_88',
  'B17',
  '9b2d1c34-5e6f-4a7b-8c9d-0123456789ab',
  'F00DBABE-5e6f-4a7b-8c9d-0123456789ab',
])('the id %s', (id) => {
  test('is the argument of a lookup', async () => {
    for (const question of [
      `Where is order ${id}?`,
      `What is the status of order ${id}.`,
      `Please look up the order with the id ${id}, it is late.`,
      `Look up order "${id}".`,
    ]) {
      expect(await callsFor(question, findOrder)).toEqual([`find_order {"orderId":"${id}"}`]);
    }
  });

  test('is not the amount of a refund', async () => {
    const calls = [`refund_order {"order":"${id}","euros":80}`];
    expect(await callsFor(`Refund 80 euros for order ${id}.`, refund)).toEqual(calls);
    expect(await callsFor(`Please refund order ${id}: 80 euros`, refund)).toEqual(calls);
  });
});

test('a number after the word of a parameter is its id', async () => {
  expect(await callsFor('Where is order 4711?', findOrder)).toEqual([
    'find_order {"orderId":"4711"}',
  ]);
});

test('two ids are two calls, and each parameter takes the id after its word', async () => {
  expect(await callsFor('Look up the orders A-2 and A-3.', findOrder)).toEqual([
    'find_order {"orderId":"A-2"}',
    'find_order {"orderId":"A-3"}',
  ]);
  const assign = deskTool('assign_ticket', 'Assigns a ticket to a user.', {
    user: text,
    ticket: text,
  });
  expect(await callsFor('Assign ticket T-9 to user U-31.', assign)).toEqual([
    'assign_ticket {"user":"U-31","ticket":"T-9"}',
  ]);
});

test('an e-mail address is an argument', async () => {
  const invite = deskTool('invite_user', 'Invites a user by e-mail.', { email: text });
  expect(await callsFor('Invite jo.smith+desk@mail.example.org, please.', invite)).toEqual([
    'invite_user {"email":"jo.smith+desk@mail.example.org"}',
  ]);
});

describe('a pattern', () => {
  const withPattern = (pattern: string) =>
    deskTool('find_order', 'Looks up an order.', { orderId: { type: 'string', pattern } });

  test.each([
    ['^\\d{4}$', 'Where is order #1042?', '1042'],
    ['^ORD-\\d+$', 'Where is order ord-77?', 'ORD-77'],
    ['^[A-Z]{2} \\d{3}$', 'Where is my order QX 204?', 'QX 204'],
    ['^ORD-\\d+$', 'Customer C-5 asks for order ORD-8.', 'ORD-8'],
  ])('%s selects the value in: %s', async (pattern, question, id) => {
    expect(await callsFor(question, withPattern(pattern))).toEqual([
      `find_order {"orderId":"${id}"}`,
    ]);
  });

  test('that no part of the question matches gives no call', async () => {
    expect(await callsFor('Where is order A-2?', withPattern('^ORD-\\d+$'))).toEqual([]);
  });
});

test('an enum gives only its own values', async () => {
  const move = deskTool('set_status', 'Sets the status of an order.', {
    order: text,
    status: { type: 'string', enum: ['open', 'shipped', 'returned'] },
  });
  expect(await callsFor('Set the status of order A-2 to returned.', move)).toEqual([
    'set_status {"order":"A-2","status":"returned"}',
  ]);
  expect(await callsFor('Set the status of order A-2 to vanished.', move)).toEqual([]);
});
