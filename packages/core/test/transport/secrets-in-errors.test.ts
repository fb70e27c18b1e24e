import { inspect } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import { TurnwiseError } from '../../src/errors.ts';
import {
  type OpenAICompatibleOptions,
  openaiCompatible,
} from '../../src/model/openai-compatible.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import {
  type Answer,
  answersJson,
  answersText,
  breaksOff,
  chunk,
  event,
  startModelServer,
  streamsPieces,
  streamsThen,
} from '../support/model-server.ts';
import { refuses, repliesText } from '../support/routed-server.ts';

const apiKey = 'tw-7Qx"9/+=&end-of-key';
const tenant = 'tenant-4711-abcd';
const signature = 'sig+nature/0815==';
const password = 'pa55:word!';

const options = {
  apiKey,
  headers: {
    'x-tenant': tenant,
    'x-login': `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`,
  },
  extraBody: { credentials: { token: 'body-token-31337' } },
} satisfies Partial<OpenAICompatibleOptions>;

const secrets = [apiKey, tenant, signature, password, 'body-token-31337'];

/** Everything that the program can print or store after a failed stream and a failed run. */
async function traceOf(answer: Answer, more: Partial<OpenAICompatibleOptions> = {}, query = '') {
  await using server = await startModelServer(answer);
  const events: RunEvent[] = [];
  const model = openaiCompatible({
    baseURL: `${server.baseURL}?sig=${encodeURIComponent(signature)}${query}`,
    model: 'm',
    profile: 'openai',
    retry: { maxRetries: 1, firstDelayMs: 0 },
    ...options,
    ...more,
  });
  const agent = new Agent({ name: 'guide', model });
  agent.on('event', (each) => void events.push(each));
  const catchError = (thrown: unknown) => thrown;
  const error: unknown = await agent.stream('Hi.').result.catch(catchError);
  const whole: unknown = await agent.run('Hi.').catch(catchError);
  if (!(error instanceof TurnwiseError && whole instanceof TurnwiseError)) {
    throw new Error('The run did not fail.');
  }
  const deep = { depth: 20, showHidden: true };
  const text = [
    ...[error, whole].flatMap((each) => [inspect(each, deep), each.stack, JSON.stringify(each)]),
    inspect(events, deep),
    JSON.stringify(events),
  ].join('\n');
  return { text, error };
}

/** A secret is also not there in parts on several lines. */
function expectNoSecret(text: string): void {
  const joined = text.replace(/(?:\s|\\+[rn]|' \+|')+/g, '');
  for (const secret of secrets) {
    expect(text).not.toContain(secret);
    expect(joined).not.toContain(secret.replace(/\s/g, ''));
  }
}

describe('a secret that a server repeats is not in the error, its causes or the events:', () => {
  test.each<[string, Answer]>([
    ['a wrong key', refuses(`Incorrect API key provided: ${apiKey}.`, 401)],
    [
      'as a header',
      answersText(`denied: authorization: Bearer ${apiKey}\nx-tenant: ${tenant}`, { status: 400 }),
    ],
    ['in a retried error', refuses(`tenant ${tenant} has too many requests`, 429)],
    ['encoded for a URL', refuses(`bad address /v1?sig=${encodeURIComponent(signature)}`, 400)],
    ['decoded from a URL', refuses(`bad signature ${signature}`, 403)],
    ['as base64', refuses(`token ${Buffer.from(apiKey).toString('base64')} is unknown`, 401)],
    ['from a Basic header', refuses(`no user ann with ${password}`, 401)],
    ['cut off', refuses(`key ${apiKey.slice(0, 14)}… is unknown, ${tenant.slice(0, -1)}`, 401)],
    ['a field of the body', refuses('unknown token body-token-31337', 400)],
    [
      'on a web page',
      answersText(
        `<html><body>${tenant}: ${apiKey.replaceAll('"', '&quot;').replaceAll('&end', '&amp;end')}</body></html>`,
        { status: 502 },
      ),
    ],
    [
      'in a type',
      answersJson({ error: { message: 'no', type: `bad_${tenant}` } }, { status: 400 }),
    ],
    [
      'in a stream',
      streamsPieces(chunk({ content: 'a' }), event({ error: { message: `bad ${apiKey}` } })),
    ],
    ['as plain text in a stream', streamsPieces(`data: key ${apiKey} expired\n\n`)],
    ['in broken JSON', answersText(`{"choices": ${tenant}`)],
    ['in a 200 of another API', answersJson({ seen: { tenant, apiKey } })],
    [
      'on two lines',
      answersText(`bad key ${apiKey.slice(0, 5)}\n${apiKey.slice(5)}`, { status: 400 }),
    ],
    [
      'on lines of a few characters, with indentation',
      answersText(`header:\r\n${apiKey.replace(/.{4}/g, '$&\r\n    ')}`, { status: 401 }),
    ],
    [
      'on two lines of a JSON string',
      refuses(`tenant ${tenant.slice(0, 9)}\n${tenant.slice(9)} is unknown`, 403),
    ],
    [
      'on two lines of a JSON string in a JSON string',
      answersText(
        JSON.stringify({
          error: {
            message: JSON.stringify({ note: `${tenant.slice(0, 12)}\n  ${tenant.slice(12)}` }),
          },
        }),
        { status: 400 },
      ),
    ],
    [
      'on two lines of a web page',
      answersText(`<html><p>${tenant.slice(0, 8)}<br/>\n${tenant.slice(8)}</p></html>`, {
        status: 500,
      }),
    ],
    [
      'on two data lines of an event',
      streamsPieces(`data: bad ${apiKey.slice(0, 7)}\ndata: ${apiKey.slice(7)}\n\n`),
    ],
    [
      'with the escapes of other JSON libraries',
      answersText(
        `{"error":{"message":"key ${apiKey.replaceAll('"', '\\"').replaceAll('/', '\\/').replaceAll('&', '\\u0026')}"}}`,
        { status: 401 },
      ),
    ],
    [
      'with every character as an escape',
      answersText(
        `{"error":{"message":"key ${apiKey.replace(/./g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`)}"}}`,
        { status: 401 },
      ),
    ],
  ])('%s', async (_name, answer) => {
    const { text, error } = await traceOf(answer);
    expectNoSecret(text);
    expect(error.code).toMatch(/^model_/);
  });

  test('in the error of a `fetch` of the program', async () => {
    const fetch = async (url: unknown, init?: RequestInit) => {
      throw Object.assign(new Error(`could not reach ${String(url)}`), {
        code: 'ECONNRESET',
        config: init,
        cause: new Error(`socket of ${tenant} closed`),
      });
    };
    const { text, error } = await traceOf(breaksOff, { fetch });
    expectNoSecret(text);
    expect(error).toMatchObject({
      code: 'model_unreachable',
      cause: { cause: { code: 'ECONNRESET' } },
    });
  });

  test('in an option that is refused', () => {
    const make = (more: Partial<OpenAICompatibleOptions>) => () =>
      openaiCompatible({ baseURL: 'http://localhost:1/v1', model: 'm', ...more });
    for (const wrong of [
      { headers: { 'x-tenant': `${tenant}\nx` } },
      { apiKey: `${apiKey}\nx` },
      { baseURL: `ftp://localhost/v1?sig=${signature}` },
    ]) {
      let thrown: unknown;
      try {
        make(wrong)();
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ code: 'invalid_options' });
      expectNoSecret(inspect(thrown, { depth: 9, showHidden: true }));
    }
  });
});

/** How a server may write a secret, so that a reader can restore it. */
const writings: Readonly<Record<string, (secret: string) => string>> = {
  'letter by letter': (secret) => [...secret].join(' '),
  'with characters without width': (secret) => [...secret].join('\u200b'),
  'with soft hyphens': (secret) => secret.replace(/.{10}/g, '$&\u00ad'),
  'with every character escaped for JSON': (secret) =>
    escapeEach(secret, (code) => `\\u${code.toString(16).padStart(4, '0')}`),
  'with every character escaped for HTML': (secret) => escapeEach(secret, (code) => `&#${code};`),
  'with every character as a hexadecimal entity': (secret) =>
    escapeEach(secret, (code) => `&#x${code.toString(16)};`),
  'with every character escaped for a URL': (secret) =>
    escapeEach(secret, (code) => `%${code.toString(16)}`),
  'escaped for a URL twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'as the password of Basic': (secret) => `Basic ${Buffer.from(`me:${secret}`).toString('base64')}`,
  'in base64 on lines': (secret) =>
    Buffer.from(`k=${secret}`).toString('base64').replace(/.{9}/g, '$&\n'),
  'as bytes': (secret) => Buffer.from(secret).toString('hex').replace(/../g, '$& '),
  'in another case': (secret) => secret.toUpperCase(),
  'in HTML lines': (secret) => secret.replace(/.{6}/g, '$&<br/>'),
};

const escapeEach = (secret: string, write: (code: number) => string) =>
  [...secret].map((char) => write(char.charCodeAt(0))).join('');

/** What a reader sees who decodes everything. */
function decodeAll(text: string): string {
  const fromHex = (_all: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16));
  const fromDecimal = (_all: string, code: string) => String.fromCharCode(Number(code));
  const decoded = text
    .replace(/\\+u00([\da-f]{2})/gi, fromHex)
    .replace(/&#x([\da-f]+);/gi, fromHex)
    .replace(/&#(\d+);/g, fromDecimal)
    .replace(/%([\da-f]{2})/gi, fromHex)
    .replace(/%([\da-f]{2})/gi, fromHex)
    .replace(/[\s\u200b\u00ad]|<br\/>|\\+[rn]/g, '');
  const base64 = [...decoded.matchAll(/[\w+/]{16,}/g)].flatMap(([run]) =>
    [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('latin1')),
  );
  const bytes = [...decoded.matchAll(/(?:[\da-f]{2}){10,}/gi)].map(([run]) =>
    Buffer.from(run, 'hex').toString('latin1'),
  );
  return [decoded, ...base64, ...bytes].join('\n').toLowerCase();
}

describe.each(Object.entries(writings))('a secret that a server repeats %s', (_name, write) => {
  test.each([200, 401, 500])('is not in the error (status %d)', async (status) => {
    const key = 'sk-proj-Ab3dE7fG9hI2jKlMnOpQrStUvWxYz01';
    const answer = answersText(`The key is ${write(key)} of ${write(tenant)}.`, { status });
    const { text } = await traceOf(answer, { apiKey: key });
    const seen = decodeAll(text);
    for (const part of [key.slice(0, 14), key.slice(-10), key.slice(12, 26), tenant]) {
      expect(seen).not.toContain(part.toLowerCase());
    }
  });
});

test.each([
  ['its beginning', 'The key sk-proj-Ab3dE… is unknown'],
  ['its end', 'The key that ends in StUvWxYz01 is unknown'],
  ['its second half', 'The key …7fG9hI2jKlMnOpQrStUvWxYz01 is unknown'],
])('%s is enough to recognise a key', async (_name, message) => {
  const apiKey = 'sk-proj-Ab3dE7fG9hI2jKlMnOpQrStUvWxYz01';
  const { error } = await traceOf(refuses(message, 401), { apiKey });
  expect(error).toMatchObject({ details: { serverMessage: expect.stringContaining('***') } });
  for (const part of ['Ab3dE', 'WxYz01', 'G9hI2']) expect(error.message).not.toContain(part);
});

test.each([
  ['spaces', ' '.repeat(500_000)],
  ['backslashes', '\\'.repeat(500_000)],
  ['the beginning of the key', 'sk-e1e1e1e1e1e'.repeat(40_000)],
  ['the end of the key', 'e1'.repeat(300_000)],
  ['percent signs', '%25'.repeat(200_000)],
])('a long error of %s is read before a test ends', async (_name, text) => {
  const apiKey = `sk-${'e1'.repeat(400)}`;
  const { error } = await traceOf(answersText(`no ${text}`, { status: 400 }), { apiKey });
  expect(error.code).toBe('model_refused');
});

test('an error of the program’s own `fetch` without secrets is kept as the cause', async () => {
  const own = new TypeError('no route');
  const { error } = await traceOf(breaksOff, { fetch: () => Promise.reject(own) });
  expect(error).toMatchObject({ cause: { cause: own } });
});

test('two words on two lines are not removed, although they are together a short header value', async () => {
  const { error } = await traceOf(refuses('this is o\nnline', 400), {
    headers: { 'x-m': 'online' },
  });
  expect(error).toMatchObject({ details: { serverMessage: 'this is o\nnline' } });
});

test('short and common header values are not removed from messages', async () => {
  const { error } = await traceOf(refuses('version 1 is not on', 400), {
    headers: { 'x-version': '1', 'x-mode': 'on' },
  });
  expect(error.message).toContain('version 1 is not on');
});

describe('the conversation is not in what a program prints of an error:', () => {
  const question = 'My number is 555-0147, please call me back tomorrow.';

  test.each<[string, Answer]>([
    ['a refusal', refuses('no')],
    [
      'a refusal that repeats it',
      (response, { text }) => refuses(`bad request ${text}`)(response, { text } as never),
    ],
    ['an unusable reply', repliesText('')],
    ['a broken stream', streamsThen([chunk({ content: 'a' })], breaksOff)],
  ])('%s', async (_name, answer) => {
    await using server = await startModelServer(answer);
    const model = openaiCompatible({
      baseURL: server.baseURL,
      model: 'm',
      profile: 'openai',
      retry: { maxRetries: 0 },
    });
    const agent = new Agent({ name: 'guide', model });
    for (const ask of [() => agent.run(question), () => agent.stream(question).result]) {
      const error: unknown = await ask().catch((thrown: unknown) => thrown);
      if (!(error instanceof TurnwiseError)) throw new Error('The run did not fail.');
      for (const printed of [inspect(error, { depth: 20 }), JSON.stringify(error), error.message]) {
        expect(printed).not.toContain('555-0147');
      }
      expect(Object.keys(error)).not.toContain('state');
      expect(JSON.stringify(error.state)).toContain('555-0147');
      expect(await agent.resume(error.state ?? null).result.catch(() => 'resumed')).toBeDefined();
    }
  });
});

describe('TURNWISE_DEBUG=wire', () => {
  async function printed(
    answer: Answer,
    more: Partial<OpenAICompatibleOptions> = {},
    query = '',
  ): Promise<string> {
    jest.replaceProperty(process, 'env', { ...process.env, TURNWISE_DEBUG: 'wire' });
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    await traceOf(answer, more, query).catch(() => undefined);
    return write.mock.calls.map(([text]) => String(text)).join('');
  }

  test('hides configured headers and query parameters with any name', async () => {
    const text = await printed(repliesText('fine'));
    expectNoSecret(text);
    expect(text).toContain('x-tenant: ***');
    expect(text).toContain('x-login: ***');
    expect(text).toContain('?sig=***');
    expect(text).toContain('"content": "Hi."');
  });

  // Such values are too short to be searched for in other texts, so only their place shows that they are hidden.
  test.each(['on', '7', 'eu', 'x y'])(
    'hides the short value %j of a header and a query parameter',
    async (value) => {
      const headers = { 'x-mode': value, Region: value };
      const query = `&v=${encodeURIComponent(value)}&region=${encodeURIComponent(value)}`;
      const text = await printed(repliesText('fine'), { headers }, query);
      expect(text).toContain('x-mode: ***');
      expect(text).toMatch(/^ {2}region: \*\*\*$/m);
      expect(text).toContain('&v=***&region=***');
    },
  );

  test('hides headers and fields of a response with the name of a secret', async () => {
    const body = { session_id: 'session-1', nested: { authToken: 'auth-2' }, total_tokens: 17 };
    const headers = {
      'x-auth': 'auth-3',
      'set-cookie': 'cookie-4',
      'x-ratelimit-limit-tokens': '99',
    };
    const text = await printed(answersJson(body, { status: 400, headers }));
    for (const secret of ['session-1', 'auth-2', 'auth-3', 'cookie-4']) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain('"total_tokens":17');
    expect(text).toContain('x-ratelimit-limit-tokens: 99');
  });

  test('hides fields in JSON that is cut off', async () => {
    const text = await printed(
      answersText('{"note":"seen","api_key":"key-5", "x":', { status: 400 }),
    );
    expect(text).not.toContain('key-5');
    expect(text).toContain('seen');
  });
});
