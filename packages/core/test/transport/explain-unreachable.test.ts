import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { explainUnreachable } from '../../src/transport/explain-unreachable.ts';

const endpoint = 'https://model.example:8443/v1';

function failure(code: string): Error {
  const cause = Object.assign(new Error(`${code} happened`), { code });
  return new Error('fetch failed', { cause: new AggregateError([cause]) });
}

test.each<[string, RegExp]>([
  ['ECONNREFUSED', /baseURL/],
  ['ENOTFOUND', /model\.example:8443.*baseURL/s],
  ['EAI_AGAIN', /baseURL/],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /NODE_EXTRA_CA_CERTS/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /NODE_EXTRA_CA_CERTS/],
  ['UND_ERR_CONNECT_TIMEOUT', /timed out.*HTTPS_PROXY/s],
  ['ECONNRESET', /broke/],
])('%s is found in the causes, and the error has a cure', (code, pattern) => {
  const error = explainUnreachable(failure(code), { endpoint });
  expect(error).toMatchObject({
    code: 'model_unreachable',
    details: { serverMessage: `${code} happened` },
  });
  expect(error.message).toMatch(pattern);
});

test('an error without a code, or with itself as its cause, is explained', () => {
  const error = new Error('terminated');
  error.cause = error;
  expect(explainUnreachable(error, { endpoint, attempts: 2 })).toMatchObject({
    details: { kind: 'unreachable', attempts: 2 },
  });
});

test.each<[string, () => Server]>([
  ['answers with HTTP', () => createServer((_, response) => response.end())],
  [
    'closes the connection',
    () => createTcpServer((socket) => socket.once('data', () => socket.destroy())),
  ],
])(
  'an https address of a server without TLS that %s names http:// as the cure',
  async (_, create) => {
    const server = create();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const baseURL = `https://${host}/v1`;
    const model = openaiCompatible({ baseURL, model: 'gemma-3-27b', retry: { maxRetries: 0 } });
    const failed = new Agent({ name: 'clerk', model }).run('Hello');
    await expect(failed).rejects.toMatchObject({
      code: 'model_unreachable',
      details: { kind: 'tls' },
      message: expect.stringContaining(
        `The server at ${host} does not use TLS, and the address starts with https://. Pass http://${host}/v1 as \`baseURL\``,
      ),
    });
    await new Promise((resolve) => server.close(resolve));
  },
);

test('a connection over http that breaks is not explained with TLS', () => {
  const error = explainUnreachable(failure('ECONNRESET'), { endpoint: 'http://localhost:1/v1' });
  expect(error.message).toMatch(/broke/);
});
