import { expect, jest, test } from '@jest/globals';
import { createOpenAITransport } from '../../src/transport/openai-transport.ts';
import { collectReply } from '../support/collect-reply.ts';
import {
  answersJson,
  chunk,
  completion,
  done,
  startModelServer,
  streamsPieces,
} from '../support/model-server.ts';

const image = `data:image/png;base64,${'QUJD'.repeat(500)}`;

async function printed(debug: string): Promise<string> {
  jest.replaceProperty(process, 'env', { ...process.env, TURNWISE_DEBUG: debug });
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  await using server = await startModelServer(
    streamsPieces(chunk({ content: 'Hel' }), chunk({ content: 'lo my-secret' }, 'stop') + done),
    answersJson(completion({ content: 'whole' })),
  );
  const transport = createOpenAITransport({
    baseURL: `${server.baseURL}?api_key=in-the-query`,
    model: 'm',
    apiKey: 'my-secret',
    headers: { 'x-api-key': 'in-a-header' },
    extraBody: { cache_salt: 'a-salt-of-thirty-two-characters!', max_tokens: 5 },
  });
  const content = [{ type: 'image_url' as const, image_url: { url: image } }];
  await collectReply(transport, { body: { messages: [{ role: 'user', content }] } });
  await collectReply(transport, { stream: false });
  return write.mock.calls.map(([text]) => String(text)).join('');
}

test('TURNWISE_DEBUG=wire prints requests and responses without secrets', async () => {
  const text = await printed('other, wire');
  expect(text).toContain('/v1/chat/completions?api_key=***');
  expect(text).toContain('"max_tokens": 5');
  expect(text).toContain('← 200');
  expect(text).toContain('"content":"Hel"');
  expect(text).toContain('← [DONE]');
  expect(text).toContain('"content":"whole"');
  for (const secret of ['my-secret', 'in-the-query', 'in-a-header', 'a-salt-of']) {
    expect(text).not.toContain(secret);
  }
  expect(text).toContain('data:image/png;base64,QUJDQUJDQUJDQUJD…(1984 more)');
});

test('nothing is printed without it', async () => {
  expect(await printed('')).toBe('');
});
