import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Agent, tool } from '@turnwise/core';
import { callsTool, says, scriptedModel } from '@turnwise/core/testing';
import {
  connectMcp,
  type McpConnection,
  type McpOptions,
  type McpServing,
  type ServeMcpOptions,
  serveMcp,
} from '@turnwise/tools/mcp';
import type { z } from 'zod';
import { sourceOptions } from '../../../../scripts/source-options.ts';
import { deskTools } from './support/desk-tools.ts';
import { playCalls } from './support/play-calls.ts';

const open: { close(): unknown }[] = [];
afterAll(() => Promise.all(open.map((each) => each.close())));

/** Serves over node:http and connects to it. */
async function connectTo(server: McpServing, options: Partial<McpOptions> = {}) {
  const http = createServer((request, response) => void server.node(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
  const connection = await connectMcp({ name: 'desk', transport: { url }, ...options });
  const close = () => {
    http.closeAllConnections();
    http.close();
  };
  open.push(connection, server, { close });
  return { ...connection, url };
}

const program = {
  command: process.execPath,
  args: [...sourceOptions, `${import.meta.dirname}/support/desk-main.ts`],
};

describe.each(['HTTP', 'stdio'])('over %s', (kind) => {
  let connected: McpConnection;

  beforeAll(async () => {
    if (kind === 'HTTP') {
      const server = serveMcp({ name: 'desk', version: '1.0.0', tools: deskTools() });
      connected = await connectTo(server, { approve: 'never' });
    } else {
      connected = await connectMcp({ name: 'desk', transport: program, approve: 'never' });
      open.push(connected);
    }
  });

  test('the enabled tools are offered', async () => {
    const { tools } = connected;
    expect(tools.map(({ name }) => name)).toEqual([
      'desk.find_order',
      'desk.photo',
      'desk.refund',
      'desk.fails',
      'desk.counts',
      'desk.waits',
    ]);
  });

  test('results keep their parts, their value and their failure', async () => {
    const { results, calls } = await playCalls(
      connected.tools,
      ['desk.find_order', { id: 'A1' }],
      ['desk.photo'],
      ['desk.fails'],
    );
    expect(results).toEqual([
      'ok: {"id":"A1","count":1,"state":"sent"}',
      'ok: The parcel. | [image]',
      'error: Tool "fails" failed: The printer is empty.',
    ]);
    expect(calls[0]?.result.forApp).toEqual({ id: 'A1', count: 1, state: 'sent' });
  });

  test('progress reaches the client', async () => {
    const { events } = await playCalls(connected.tools, ['desk.counts']);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'tool-progressed',
        progress: { progress: 1, total: 2, message: 'Page 1' },
      }),
    );
  });

  test('a tool that needs approval is refused', async () => {
    const { results } = await playCalls(connected.tools, ['desk.refund']);
    expect(results).toEqual(['error: Tool "refund" needs the approval of a human.']);
  });
});

test('the cancellation of a client aborts the tool', async () => {
  const log: string[] = [];
  const server = serveMcp({ name: 'desk', version: '1.0.0', tools: deskTools(log) });
  const { tools } = await connectTo(server, { timeoutMs: 200 });
  const { results } = await playCalls(tools, ['desk.waits'], ['desk.counts']);
  expect(results[0]).toMatch(/^timeout/);
  expect(log).toEqual(['aborted']);
});

test('a client that asks its user may run tools that need approval, and sees that they are destructive', async () => {
  const server = serveMcp({
    name: 'desk',
    version: '1.0.0',
    tools: deskTools(),
    approvals: 'client',
  });
  const { tools } = await connectTo(server, { trusted: true });
  const refund = tools.find(({ name }) => name === 'desk.refund');
  expect(refund?.needsApproval).toBe(true);
  const { tools: careless } = await connectTo(server, { approve: 'never' });
  const { results } = await playCalls(careless, ['desk.refund']);
  expect(results).toEqual(['ok: Refunded.']);
});

test('an agent is one tool, with the context of the request', async () => {
  const whoAmI = tool<ReturnType<typeof z.object>, { user: string }>({
    name: 'who_am_i',
    description: 'Names the user.',
    execute: (_, { context }) => context.user,
  });
  const agent = new Agent<{ user: string }>({
    name: 'clerk',
    model: scriptedModel([callsTool('who_am_i'), says('You are Ada.')]),
    tools: [whoAmI],
  });
  const seen: (string | null | undefined)[] = [];
  const server = serveMcp({
    name: 'office',
    version: '1.0.0',
    agent,
    agentDescription: 'Answers questions about the user.',
    context: (request) => {
      seen.push(request?.headers.get('x-user'));
      return { user: 'Ada' };
    },
  });
  const { tools, url } = await connectTo(server);
  expect(tools.map(({ name }) => name)).toEqual(['desk.clerk']);
  const named = await connectMcp({
    name: 'office',
    transport: { url, headers: { 'x-user': 'ada' } },
  });
  open.push(named);
  const { results, events } = await playCalls(named.tools, [
    'office.clerk',
    { input: 'Who am I?' },
  ]);
  expect(results).toEqual(['ok: You are Ada.']);
  expect(seen).toContain('ada');
  expect(events.some((each) => each.type === 'tool-progressed')).toBe(true);
});

test('an agent that waits for approval gives an error result', async () => {
  const agent = new Agent({
    name: 'clerk',
    model: scriptedModel([callsTool('refund')]),
    tools: deskTools(),
  });
  const server = serveMcp({ name: 'a', version: '1', agent, agentDescription: 'Refunds.' });
  const { tools } = await connectTo(server);
  const { results } = await playCalls(tools, ['desk.clerk', { input: 'Refund A1.' }]);
  expect(results[0]).toMatch(/^error: .*waits for a decision on "refund"/);
});

test('a page of another site cannot call the server', async () => {
  const server = serveMcp({ name: 'desk', version: '1.0.0', tools: deskTools() });
  const ask = (url: string, headers: Record<string, string> = {}) =>
    server.fetch(
      new Request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          host: new URL(url).host,
          ...headers,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
      }),
    );
  expect((await ask('http://rebound.example/mcp')).status).toBe(403);
  expect((await ask('http://localhost/mcp', { origin: 'http://evil.example' })).status).toBe(403);
  expect((await ask('http://localhost/mcp')).status).toBe(200);
});

test.each<[string, ServeMcpOptions]>([
  ['without tools', { name: 'a', version: '1' }],
  ['without a version', { name: 'a', tools: [] } as never],
  ['with a name that MCP does not allow', { name: 'a', version: '1', tools: [named('a:b')] }],
  ['with an agent without a description', { name: 'a', version: '1', agent: anAgent() }],
])('a server %s is refused', (_, options) => {
  expect(() => serveMcp(options)).toThrow(expect.objectContaining({ code: 'invalid_options' }));
});

test('two tools with one name are refused', () => {
  expect(() => serveMcp({ name: 'a', version: '1', tools: [named('a'), named('a')] })).toThrow(
    expect.objectContaining({ code: 'duplicate_tool' }),
  );
});

function named(name: string) {
  return tool({ name, description: 'A tool.', execute: () => 'Done.' });
}

function anAgent() {
  return new Agent({ name: 'clerk', model: scriptedModel([]) });
}
