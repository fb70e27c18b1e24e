import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { fileSessionStore, type Model, openaiCompatible } from '@turnwise/core';
import { callsTool, says, scriptedModel } from '@turnwise/core/testing';
import { runMain } from '@turnwise-examples/program';
import { testEnvironment } from '@turnwise-examples/program/testing';
import { createService } from '../src/create-service.ts';
import { createSupportAgent } from '../src/create-support-agent.ts';
import { main } from '../src/main.ts';

let folder: string;
const services: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-'));
});

afterEach(async () => {
  for (const service of services.splice(0)) {
    service.close();
    service.closeAllConnections();
  }
  await rm(folder, { recursive: true });
});

/** Starts the service as a new process would: only the folder of the sessions stays. Returns its address. */
async function start(model: Model): Promise<string> {
  const agent = createSupportAgent(model);
  const service = createService({ agent, store: fileSessionStore(folder) });
  services.push(service);
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  return `http://127.0.0.1:${(service.address() as AddressInfo).port}/sessions`;
}

async function post(url: string, body: string) {
  const response = await fetch(url, { method: 'POST', body });
  const text = await response.text();
  const events = [...text.matchAll(/^event: (.+)\ndata: (.*)\n$/gm)].map(([, name, data = '']) => ({
    name,
    data: JSON.parse(data),
  }));
  return { status: response.status, text, events };
}

const refund = callsTool('refund_order', { order: 'A-2', euros: 80 });
const approve = JSON.stringify({ '1.0': { approved: true } });

test('an answer is streamed in pieces, and the next question continues the conversation', async () => {
  const model = scriptedModel([
    says('Hello Ada.', { pieces: ['Hello ', 'Ada.'] }),
    says('You are Ada.'),
  ]);
  const url = await start(model);
  const { events } = await post(`${url}/ada`, 'I am Ada.');
  expect(events).toEqual([
    { name: 'text', data: 'Hello ' },
    { name: 'text', data: 'Ada.' },
    { name: 'completed', data: null },
  ]);
  await post(`${url}/ada`, 'Who am I?');
  const turns = (await (await fetch(`${url}/ada`)).json()) as { role: string }[];
  expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
});

describe('a large refund', () => {
  test('waits for a decision, also if the service is started again, and is made once', async () => {
    const first = await start(scriptedModel([refund]));
    const { events } = await post(`${first}/ada`, 'Refund order A-2.');
    expect(events.at(-1)?.name).toBe('paused');
    expect(JSON.stringify(events.at(-1)?.data)).toContain('"euros":80');

    const second = await start(scriptedModel([says('Done.')]));
    const decided = await post(`${second}/ada/decisions`, approve);
    expect(decided.events.map(({ name }) => name)).toEqual(['tool', 'text', 'completed']);
    const again = await post(`${second}/ada/decisions`, approve);
    expect(again.status).toBe(409);
  });

  test('blocks further questions until then', async () => {
    const url = await start(scriptedModel([refund]));
    await post(`${url}/ada`, 'Refund order A-2.');
    const { status, text } = await post(`${url}/ada`, 'Is it done?');
    expect(status).toBe(409);
    expect(JSON.parse(text)).toMatchObject({ code: 'calls_waiting' });
  });

  test.each([
    ['a decision on another call', '{"9.9": {"approved": true}}', 'invalid_options'],
    ['something else', '{"1.0": "yes"}', 'invalid_options'],
    ['a text that is not JSON', 'yes', undefined],
  ])('%s is refused, and the call waits on', async (_, body, code) => {
    const url = await start(scriptedModel([refund, says('Done.')]));
    await post(`${url}/ada`, 'Refund order A-2.');
    const { status, text } = await post(`${url}/ada/decisions`, body);
    expect(status).toBe(400);
    expect(JSON.parse(text).code).toBe(code);
    expect((await post(`${url}/ada/decisions`, approve)).status).toBe(200);
  });
});

test('a second question on a busy conversation is refused, and a client that goes ends its run', async () => {
  const asked = new EventEmitter<{ asked: [AbortSignal] }>();
  const signalOfRequest = once(asked, 'asked');
  const model: Model = {
    id: 'silent',
    async *request(_, signal) {
      asked.emit('asked', signal);
      await once(signal, 'abort');
      yield* [];
      throw signal.reason;
    },
  };
  const url = await start(model);
  const client = new AbortController();
  const first = fetch(`${url}/ada`, { method: 'POST', body: 'Hi.', signal: client.signal });
  first.catch(() => undefined);
  const [signal] = await signalOfRequest;
  expect((await post(`${url}/ada`, 'Hi again.')).status).toBe(409);
  client.abort();
  if (!signal.aborted) await once(signal, 'abort');
  expect(signal.aborted).toBe(true);
  // The run is saved, so the conversation can continue.
  let turns: unknown[] = [];
  while (turns.length === 0) turns = (await (await fetch(`${url}/ada`)).json()) as unknown[];
  expect(turns).toMatchObject([{ role: 'user' }]);
});

test('a model that is not reached is status 502 with the code of the error', async () => {
  const model = openaiCompatible({
    baseURL: 'http://127.0.0.1:9/v1',
    model: 'gemma-3-27b',
    retry: { maxRetries: 0 },
  });
  const { status, text } = await post(`${await start(model)}/ada`, 'Hi.');
  expect(status).toBe(502);
  expect(JSON.parse(text)).toMatchObject({ code: 'model_unreachable' });
});

test('a conversation can be deleted, and other addresses are refused', async () => {
  const url = await start(scriptedModel([says('Hello.')]));
  await post(`${url}/ada`, 'Hi.');
  expect((await fetch(`${url}/ada`, { method: 'DELETE' })).status).toBe(204);
  expect(await (await fetch(`${url}/ada`)).json()).toEqual([]);
  expect((await fetch(`${url}/ada`, { method: 'PUT' })).status).toBe(405);
  expect((await fetch(`${url}/ada/other`)).status).toBe(404);
});

test('the program prints its address, answers, and ends when it is interrupted', async () => {
  const environment = testEnvironment({ folder, variables: { PORT: '0' } });
  const ended = runMain(main, environment);
  while (!environment.outputText.includes('/sessions')) await new Promise(setImmediate);
  const [url = ''] = /http:\S+/.exec(environment.outputText) ?? [];
  const { text } = await post(`${url}/ada`, 'What is the price of order A-2?');
  expect(text).toContain('80');
  environment.interrupt();
  expect(await ended).toBe(0);
});
