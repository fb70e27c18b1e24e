import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { type CountingProxy, startCountingProxy } from '../../src/solve/counting-proxy.ts';

let endpoint: LocalEndpoint;
let proxy: CountingProxy;

beforeEach(async () => {
  endpoint = await startLocalEndpoint({ quirks: 'none' });
  proxy = await startCountingProxy(endpoint.url);
});

afterEach(async () => {
  await proxy.close();
  await endpoint.close();
});

async function post(body: object): Promise<{ status: number; text: string }> {
  const model = endpoint.models[0];
  const reply = await fetch(`${proxy.url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello.' }], ...body }),
  });
  return { status: reply.status, text: await reply.text() };
}

test('a whole reply is passed on unchanged and its tokens are counted', async () => {
  endpoint.script.push({ text: 'Good morning.' });
  const { status, text } = await post({});
  const { choices, usage } = JSON.parse(text);
  expect({ status, answer: choices[0].message.content }).toEqual({
    status: 200,
    answer: 'Good morning.',
  });
  expect(proxy.takeCounts()).toMatchObject({
    requests: 1,
    refused: 0,
    tokensIn: usage.prompt_tokens,
    tokensOut: usage.completion_tokens,
  });
});

test('the tokens of a stream are counted once', async () => {
  endpoint.script.push({ text: 'Good morning.' }, { text: 'Good morning.' });
  await post({});
  const whole = proxy.takeCounts();
  await post({ stream: true, stream_options: { include_usage: true } });
  expect(proxy.takeCounts()).toMatchObject({
    requests: 1,
    tokensIn: whole.tokensIn,
    tokensOut: whole.tokensOut,
  });
});

test('a refused request is counted as refused and has no tokens', async () => {
  endpoint.script.push({ error: { status: 400 } });
  expect((await post({})).status).toBe(400);
  expect(proxy.takeCounts()).toEqual({
    requests: 1,
    refused: 1,
    tokensIn: 0,
    cached: 0,
    tokensOut: 0,
  });
});

test('other pages of the server are passed on without being counted', async () => {
  const reply = await fetch(`${proxy.url}/models`);
  expect(await reply.json()).toMatchObject({ data: [{ id: endpoint.models[0] }] });
  expect(proxy.takeCounts().requests).toBe(0);
});

test('counts start again after they were taken', async () => {
  await post({});
  proxy.takeCounts();
  expect(proxy.takeCounts().requests).toBe(0);
});
