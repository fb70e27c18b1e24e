import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runMain } from '@turnwise-examples/program';
import { testEnvironment } from '@turnwise-examples/program/testing';
import { main } from '../src/main.ts';

test('--help explains how to use it', async () => {
  const environment = testEnvironment({ arguments: ['--help'] });
  expect(await runMain(main, environment)).toBe(0);
  expect(environment.outputText).toContain('pnpm example chat-web');
});

test('the program serves the page and its chats, and ends when it is interrupted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chat-web-'));
  const environment = testEnvironment({ folder, variables: { PORT: '0' } });
  const ended = runMain(main, environment);
  await environment.whenOutputHas('http:');
  const [url = ''] = /http:\S+/.exec(environment.outputText) ?? [];
  expect(await (await fetch(url)).text()).toContain('/chat.js');
  const script = await fetch(`${url}chat.js`);
  expect(script.headers.get('content-type')).toBe('text/javascript');
  expect((await script.text()).length).toBeGreaterThan(100_000);
  expect((await fetch(`${url}other`)).status).toBe(404);
  const text = 'Refund 90 euros for order A-2.';
  const chat = await fetch(`${url}api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      id: 'ada',
      messages: [{ role: 'user', parts: [{ type: 'text', text }] }],
    }),
  });
  expect(await chat.text()).toContain('"tool-approval-request"');
  const stored = await (await fetch(`${url}api/chat/ada/messages`)).json();
  expect(stored).toMatchObject({
    isRunning: false,
    messages: [{ role: 'user' }, { id: 'assistant-1', role: 'assistant' }],
  });
  environment.interrupt();
  expect(await ended).toBe(0);
  await rm(folder, { recursive: true });
});
