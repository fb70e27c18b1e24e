import { expect, test } from '@jest/globals';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { answerRequest } from '../support/answer-request.ts';
import { chunk, startModelServer, streamsThen } from '../support/model-server.ts';

test('a program that stops reading a reply ends its request, and leaves no connection', async () => {
  await using server = await startModelServer(
    streamsThen([chunk({ content: 'Hello' })], () => undefined),
  );
  const model = openaiCompatible({
    baseURL: server.baseURL,
    model: 'gemma-3-27b',
    profile: 'gemma-3',
  });
  const replying = model.request(answerRequest, new AbortController().signal);
  for await (const progress of replying) if (progress.type === 'text-delta') break;
  await server.whenDisconnected();
  expect(await replying.next()).toEqual({ done: true, value: undefined });
});
