import { afterEach, expect, test } from '@jest/globals';
import { Agent } from '@turnwise/core';
import { startLocalEndpoint } from '@turnwise/local';
import { type ChosenModel, modelFromEnvironment } from '../src/index.ts';

const toClose: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of toClose.splice(0)) await one.close();
});

test('without environment variables, a stand-in answers, and the notice reports that', async () => {
  const chosen = await modelFromEnvironment({ TURNWISE_BASE_URL: ' ' });
  expect(chosen.notice).toMatch(/stand-in.*TURNWISE_BASE_URL/);
  expect(await ask(chosen)).toMatch(/stand-in/);
});

test('the endpoint of the stand-in stops when the model is closed', async () => {
  const chosen = await modelFromEnvironment({});
  await chosen.close();
  const [url = ''] = chosen.notice?.match(/http:\S+\/v1/) ?? [];
  await expect(fetch(`${url}/models`)).rejects.toThrow();
});

test('TURNWISE_BASE_URL, TURNWISE_MODEL and TURNWISE_API_KEY choose a server', async () => {
  const endpoint = await startLocalEndpoint({ apiKey: 'secret', models: ['my-gemma-3'] });
  toClose.push(endpoint);
  const chosen = await modelFromEnvironment({
    TURNWISE_BASE_URL: endpoint.url,
    TURNWISE_MODEL: 'my-gemma-3',
    TURNWISE_API_KEY: 'secret',
  });
  expect(chosen.notice).toBeUndefined();
  expect(await ask(chosen)).not.toBe('');
  const chats = endpoint.requests.filter(({ path }) => path.endsWith('/chat/completions'));
  expect(chats.map(({ body }) => body.model)).toEqual(['my-gemma-3']);
});

test('PRIVATEMODE_API_KEY has priority over TURNWISE_BASE_URL', async () => {
  const chosen = await modelFromEnvironment({
    PRIVATEMODE_API_KEY: 'secret',
    TURNWISE_BASE_URL: 'no address at all',
  });
  expect(chosen.model.id).toBe('gemma-3-27b');
  expect(chosen.notice).toBeUndefined();
});

test('an invalid address is refused with the name of its variable', async () => {
  await expect(modelFromEnvironment({ TURNWISE_BASE_URL: 'localhost' })).rejects.toMatchObject({
    code: 'invalid_options',
    message: expect.stringMatching(/TURNWISE_BASE_URL.*"localhost"/),
  });
});

async function ask(chosen: ChosenModel): Promise<string> {
  const agent = new Agent({ name: 'test', model: chosen.model });
  const result = await agent.run('Hello').finally(() => chosen.close());
  return result.status === 'completed' ? result.output : '';
}
