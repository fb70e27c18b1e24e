import { expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { answersJson, answersText, startModelServer } from '../support/model-server.ts';

const agentOn = (baseURL: string) =>
  new Agent({
    name: 'greeter',
    model: openaiCompatible({
      baseURL,
      model: 'qwen3-32b',
      profile: 'qwen-3',
      retry: { maxRetries: 0 },
    }),
  });

test.each([
  [{ error: { message: 'The temperature is too high.', status: 'INVALID_ARGUMENT' } }],
  [[{ error: { code: 400, message: 'The temperature is too high.' } }]],
  [{ detail: [{ msg: 'The temperature is too high.' }] }],
])('a gateway that sends the error of the server as text is read: %j', async (inner) => {
  const body = { error: { message: `${JSON.stringify(inner, null, 2)}\n`, code: 400 } };
  await using server = await startModelServer(answersJson(body, { status: 400 }));
  await expect(agentOn(server.baseURL).run('Hello.')).rejects.toMatchObject({
    code: 'model_refused',
    details: { serverMessage: 'The temperature is too high.' },
  });
});

test('a message that only looks like JSON is reported as it is', async () => {
  const body = { error: { message: '[ERROR] too hot' } };
  await using server = await startModelServer(answersJson(body, { status: 400 }));
  await expect(agentOn(server.baseURL).run('Hello.')).rejects.toMatchObject({
    details: { serverMessage: '[ERROR] too hot' },
  });
});

test.each([
  '<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>',
  '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
])('a page with status 403 is a refused access, not a wrong address: %s', async (page) => {
  await using server = await startModelServer((response) => {
    response.writeHead(403, { 'content-type': 'text/html' });
    response.end(page);
  });
  await expect(agentOn(server.baseURL).run('Hello.')).rejects.toMatchObject({
    code: 'model_unauthorized',
    details: { kind: 'not-an-api', cure: expect.stringContaining('firewall') },
  });
});

test.each([
  'upstream request timeout',
  'no healthy upstream',
  'Internal Server Error',
  'upstream connect error or disconnect/reset before headers. reset reason: connection timeout',
])('a gateway that answers 200 with its error as text has failed for now: %s', async (text) => {
  for (const status of [200, 504]) {
    await using server = await startModelServer(answersText(text, { status }));
    for (const fails of [
      agentOn(server.baseURL).run('Hello.'),
      agentOn(server.baseURL).stream('Hello.').result,
    ]) {
      await expect(fails).rejects.toMatchObject({
        code: 'model_overloaded',
        details: { serverMessage: text },
      });
    }
  }
});
