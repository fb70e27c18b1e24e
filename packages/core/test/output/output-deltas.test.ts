import { expect, test } from '@jest/globals';
import { z } from 'zod';
import type { JsonValue } from '../../src/json.ts';
import { rawText } from '../support/scripted-transport.ts';
import { wireAgent } from '../support/wire-agent.ts';

const output = z.object({ title: z.string(), tags: z.array(z.string()) });
const right = { title: 'A page on turns', tags: ['turns', 'agents', 'tools'] };

test('the output is emitted while it grows, and the last delta is complete', async () => {
  const { agent } = wireAgent([rawText(JSON.stringify(right))], { output });
  const shown: JsonValue[] = [];
  for await (const event of agent.stream('Tag this page.')) {
    if (event.type === 'output-delta') shown.push(event.output);
  }
  expect(shown.length).toBeGreaterThan(5);
  expect(shown).toContainEqual({ title: 'A page on turns' });
  for (const [place, each] of shown.entries()) {
    const before = JSON.stringify(shown[place - 1] ?? {});
    expect(JSON.stringify(each).length).toBeGreaterThanOrEqual(before.length);
  }
  expect(JSON.stringify(right)).toContain(JSON.stringify(shown.at(-1)).slice(0, -4));
});

test('a rejected answer has its own attempt number', async () => {
  const { agent } = wireAgent([rawText('{"title": 5}'), rawText(JSON.stringify(right))], {
    output,
  });
  const attempts = new Set<number>();
  for await (const event of agent.stream('Tag this page.')) {
    if (event.type === 'output-delta') attempts.add(event.attempt);
  }
  expect([...attempts]).toEqual([1, 2]);
});

test('no delta is emitted if the reply is not streamed', async () => {
  const { agent, transport } = wireAgent([rawText(JSON.stringify(right))], { output });
  await agent.run('Tag this page.');
  expect(transport.requests.map(({ stream }) => stream)).toEqual([false]);
});

test('a listener does not change what is requested', async () => {
  const { agent, transport } = wireAgent([rawText(JSON.stringify(right))], { output });
  const received: JsonValue[] = [];
  agent.on('output-delta', (event) => received.push(event.output));
  await agent.run('Tag this page.');
  expect(transport.requests.map(({ stream }) => stream)).toEqual([false]);
  expect(received).toEqual([]);
});
