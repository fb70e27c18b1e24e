import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { createNetGuard, type NetGuardOptions } from '../../src/net/net-guard.ts';
import { isPublicAddress } from '../../src/net/public-address.ts';
import { answersText, startModelServer } from '../support/model-server.ts';

const refused = { code: 'network_refused' };

/** A resolver that returns the answers in order and repeats the last one. */
function resolver(...answers: readonly (readonly string[])[]) {
  let calls = 0;
  return jest.fn<NonNullable<NetGuardOptions['resolve']>>(async () => {
    calls += 1;
    const answer = answers[Math.min(calls, answers.length) - 1] ?? [];
    return answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  });
}

describe('refused without resolving a name', () => {
  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://①②⑦.⓪.⓪.①/',
    'http://127。0。0。1/',
    'http://0/',
    'http://0.0.0.0:80',
    'http://10.1.2.3/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://100.64.0.1/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
    'http://192.0.2.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::ffff:8.8.8.8]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:7f00:1::]/',
    'http://[fc00::1]/',
    'http://[fe80::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://localhost:9001/',
    'http://LOCALHOST./',
    'http://a.localhost/',
    'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/',
    'http://ip6-localhost/',
    'http://example.com@127.0.0.1/',
    'http://127.0.0.1\\@example.com/',
    'http://user:pass@example.com/',
    'http:\\\\127.0.0.1/',
    'ht\ntp://127.0.0.1/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'data:text/plain,hi',
    'javascript:alert(1)',
    'http://[::1',
    'http://256.0.0.1/',
    'http://',
    'example.com',
    '',
  ])('%s', async (url) => {
    const resolve = resolver(['8.8.8.8']);
    await expect(createNetGuard({ resolve }).check(url)).rejects.toMatchObject(refused);
    expect(resolve).not.toHaveBeenCalled();
  });
});

describe('a host name', () => {
  test('is allowed if all of its addresses are public', async () => {
    const resolve = resolver(['93.184.216.34', '2606:4700::1111']);
    const { url, addresses } = await createNetGuard({ resolve }).check('https://example.com/a?b#c');
    expect(url.href).toBe('https://example.com/a?b#c');
    expect(addresses.map(({ address }) => address)).toEqual(['93.184.216.34', '2606:4700::1111']);
  });

  test.each([
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '::1',
    '::ffff:10.0.0.1',
    'fe80::1%eth0',
    'no address',
  ])('is refused when one of its addresses is %s', async (address) => {
    const guard = createNetGuard({ resolve: resolver(['93.184.216.34', address]) });
    await expect(guard.check('https://example.com/')).rejects.toMatchObject(refused);
  });

  test('is refused if it has no address or cannot be resolved', async () => {
    const unresolvable = createNetGuard({ resolve: resolver([]) });
    await expect(unresolvable.check('https://example.com/')).rejects.toMatchObject(refused);
    const failing = createNetGuard({ resolve: async () => Promise.reject(new Error('NXDOMAIN')) });
    await expect(failing.check('https://example.com/')).rejects.toMatchObject(refused);
  });

  test('that resolves to a local address after the check is refused by fetch', async () => {
    await using server = await startModelServer(answersText('secret'));
    const resolve = resolver(['93.184.216.34'], ['127.0.0.1']);
    const guard = createNetGuard({ resolve });
    const url = `http://example.com:${new URL(server.baseURL).port}/`;
    await guard.check(url);
    await expect(guard.fetch(url)).rejects.toMatchObject(refused);
    expect(server.connectionCount()).toBe(0);
  });

  test('is resolved once per fetch, and the connection uses that address', async () => {
    await using server = await startModelServer(answersText('hi'));
    const { port } = new URL(server.baseURL);
    const resolve = resolver(['127.0.0.1'], ['203.0.113.1']);
    const guard = createNetGuard({ resolve, allow: [`pinned.example:${port}`] });
    const { bytes } = await guard.fetch(`http://pinned.example:${port}/`);
    expect(new TextDecoder().decode(bytes)).toBe('hi');
    expect(resolve).toHaveBeenCalledTimes(1);
    expect(server.requests[0]?.headers.host).toBe(`pinned.example:${port}`);
  });
});

describe('a host in `allow`', () => {
  test('is allowed for any address, with or without a port', async () => {
    const guard = createNetGuard({
      allow: ['localhost:8443', '10.0.0.7'],
      resolve: resolver(['::1']),
    });
    await expect(guard.check('https://localhost:8443/')).resolves.toBeDefined();
    await expect(guard.check('http://10.0.0.7:99/')).resolves.toBeDefined();
    await expect(guard.check('https://localhost:8444/')).rejects.toMatchObject(refused);
    await expect(guard.check('ftp://10.0.0.7/')).rejects.toMatchObject(refused);
  });
});

describe('a fetch', () => {
  test('returns the status, the media type and the bytes', async () => {
    await using server = await startModelServer(
      answersText('<svg/>', { status: 404, contentType: 'Image/SVG+xml; charset=utf-8' }),
    );
    const { host } = new URL(server.baseURL);
    const response = await createNetGuard({ allow: [host] }).fetch(`http://${host}/a.svg`);
    expect(response).toMatchObject({
      status: 404,
      url: `http://${host}/a.svg`,
      mediaType: 'image/svg+xml',
    });
    await server.whenDisconnected();
  });

  test('follows redirects that pass the check, also relative ones', async () => {
    await using server = await startModelServer(
      answersText('', { status: 302, headers: { location: '/next' } }),
      answersText('', { status: 307, headers: { location: 'last' } }),
      answersText('here'),
    );
    const { host } = new URL(server.baseURL);
    const { url } = await createNetGuard({ allow: [host] }).fetch(`http://${host}/first`);
    expect(url).toBe(`http://${host}/last`);
  });

  test.each(['http://169.254.169.254/', 'file:///etc/passwd', 'http://[::1', '//localhost/'])(
    'does not follow a redirect to %s',
    async (location) => {
      await using server = await startModelServer(
        answersText('', { status: 302, headers: { location } }),
      );
      const { host } = new URL(server.baseURL);
      const guard = createNetGuard({ allow: [host] });
      await expect(guard.fetch(`http://${host}/`)).rejects.toMatchObject(refused);
      expect(server.requests).toHaveLength(1);
    },
  );

  test('stops after the allowed number of redirects', async () => {
    await using server = await startModelServer(
      answersText('', { status: 302, headers: { location: '/again' } }),
    );
    const { host } = new URL(server.baseURL);
    const guard = createNetGuard({ allow: [host] });
    await expect(guard.fetch(`http://${host}/`, { maxRedirects: 2 })).rejects.toMatchObject(
      refused,
    );
    expect(server.requests).toHaveLength(3);
  });

  test('reads no more bytes than allowed', async () => {
    await using server = await startModelServer(answersText('x'.repeat(1001)));
    const { host } = new URL(server.baseURL);
    const guard = createNetGuard({ allow: [host] });
    await expect(guard.fetch(`http://${host}/`, { maxBytes: 1000 })).rejects.toMatchObject(refused);
    await expect(guard.fetch(`http://${host}/`, { maxBytes: 1001 })).resolves.toBeDefined();
    await server.whenDisconnected();
  });

  test('rejects with the signal’s reason if it is aborted', async () => {
    const user = new AbortController();
    await using server = await startModelServer(() => user.abort(new Error('enough')));
    const { host } = new URL(server.baseURL);
    const guard = createNetGuard({ allow: [host] });
    await expect(guard.fetch(`http://${host}/`, { signal: user.signal })).rejects.toThrow('enough');
    await server.whenDisconnected();
  });

  test('that cannot connect is refused with its cause', async () => {
    const guard = createNetGuard({ allow: ['127.0.0.1:1'] });
    await expect(guard.fetch('http://127.0.0.1:1/')).rejects.toMatchObject({
      ...refused,
      cause: expect.anything(),
    });
  });
});

test('no private IPv4 address is allowed, in any notation', () => {
  const inward = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127), fc.nat(255), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(192), fc.constant(168), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(169), fc.constant(254), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), fc.nat(255), fc.nat(255)),
    fc.tuple(fc.integer({ min: 224, max: 255 }), fc.nat(255), fc.nat(255), fc.nat(255)),
  );
  const number = ([a, b, c, d]: readonly number[]) =>
    (((a ?? 0) * 256 + (b ?? 0)) * 256 + (c ?? 0)) * 256 + (d ?? 0);
  const hex = (parts: readonly number[]) => number(parts).toString(16).padStart(8, '0');
  const notations: readonly ((parts: readonly number[]) => string)[] = [
    (parts) => parts.join('.'),
    (parts) => `${parts.join('.')}.`,
    (parts) => String(number(parts)),
    (parts) => `0x${hex(parts)}`,
    (parts) => parts.map((part) => `0${part.toString(8)}`).join('.'),
    (parts) => parts.map((part) => `0X${part.toString(16)}`).join('。'),
    (parts) => `${parts[0]}.${number([0, ...parts.slice(1)])}`,
    (parts) => `[::ffff:${parts.join('.')}]`,
    (parts) => `[::${hex(parts).slice(0, 4)}:${hex(parts).slice(4)}]`,
    (parts) => `[64:ff9b::${hex(parts).slice(0, 4)}:${hex(parts).slice(4)}]`,
    (parts) => `[2002:${hex(parts).slice(0, 4)}:${hex(parts).slice(4)}::1]`,
  ];
  const guard = createNetGuard({ resolve: resolver(['8.8.8.8']) });
  return fc.assert(
    fc.asyncProperty(inward, fc.constantFrom(...notations), async (parts, write) => {
      await expect(guard.check(`http://${write(parts)}/`)).rejects.toMatchObject(refused);
    }),
  );
});

test('public addresses are public', () => {
  for (const address of ['8.8.8.8', '1.1.1.1', '93.184.216.34', '2606:4700::1111']) {
    expect(isPublicAddress(address)).toBe(true);
  }
});
