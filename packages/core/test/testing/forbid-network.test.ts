import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { forbidNetwork } from '../../src/testing/index.ts';

let allow: () => void = () => {};

afterEach(() => allow());

async function errorOf(options: {
  readonly host?: string;
  readonly port: number;
}): Promise<unknown> {
  const socket = connect(options);
  const failed = once(socket, 'error').then(([error]: unknown[]) => error);
  return await Promise.race([failed, once(socket, 'connect').then(() => socket.destroy())]);
}

async function loopbackServer() {
  const server = createServer((socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.asyncDispose]: async () => void server.close() };
}

describe('a forbidden network', () => {
  // Addresses that are kept for documentation (RFC 5737, RFC 3849): nobody is there.
  test.each(['192.0.2.1', '2001:db8::1', 'example.invalid'])(
    'refuses connections to %s',
    async (host) => {
      allow = forbidNetwork();
      expect(String(await errorOf({ host, port: 443 }))).toContain(
        `connection to "${host}" was refused`,
      );
    },
  );

  test('allows loopback addresses', async () => {
    await using server = await loopbackServer();
    allow = forbidNetwork();
    expect(await errorOf({ host: '127.0.0.1', port: server.port })).not.toBeInstanceOf(Error);
  });

  test('refuses loopback addresses with `loopback: true`', async () => {
    await using server = await loopbackServer();
    allow = forbidNetwork({ loopback: true });
    expect(String(await errorOf({ host: '127.0.0.1', port: server.port }))).toContain(
      'was refused',
    );
    expect(String(await errorOf({ port: server.port }))).toContain('was refused');
  });

  test('is allowed again by the returned function', async () => {
    await using server = await loopbackServer();
    forbidNetwork({ loopback: true })();
    expect(await errorOf({ host: '127.0.0.1', port: server.port })).not.toBeInstanceOf(Error);
  });
});
