import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { tool } from '../../src/tool/tool.ts';
import { answerCall, answerOutput } from '../support/answer-call.ts';
import { makePng } from '../support/make-png.ts';
import { tinyPng } from '../support/tiny-image.ts';

const base64 = Buffer.from(tinyPng).toString('base64');
const dataUrl = `data:image/png;base64,${base64}`;
const picture = { type: 'image', image: { mediaType: 'image/png', width: 1 } };

describe('texts in parts reach the model as text', () => {
  test.each<readonly [string, unknown]>([
    [
      'a list of text parts',
      [
        { type: 'text', text: 'He said "no"\n' },
        { type: 'text', text: 'twice' },
      ],
    ],
    ['one text part', { type: 'text', text: 'He said "no"\n\ntwice' }],
    [
      'a result of MCP',
      {
        content: [
          { type: 'text', text: 'He said "no"\n' },
          { type: 'text', text: 'twice', annotations: {} },
        ],
      },
    ],
    [
      'a resource of MCP',
      {
        content: [
          { type: 'resource', resource: { uri: 'file:///a', text: 'He said "no"\n\ntwice' } },
        ],
        _meta: {},
      },
    ],
    [
      'content of the AI SDK',
      {
        type: 'content',
        value: [
          { type: 'text', text: 'He said "no"\n' },
          { type: 'text', text: 'twice' },
        ],
      },
    ],
    ['a text of the AI SDK', { type: 'text', value: 'He said "no"\n\ntwice' }],
    ['a ToolMessage', { type: 'tool', tool_call_id: 'x', content: 'He said "no"\n\ntwice' }],
    [
      'a ToolMessage object',
      { getType: () => 'tool', content: [{ type: 'text', text: 'He said "no"\n\ntwice' }] },
    ],
    [
      'a serialized ToolMessage',
      { lc: 1, type: 'constructor', id: [], kwargs: { content: 'He said "no"\n\ntwice' } },
    ],
    ['bytes of a text', new TextEncoder().encode('He said "no"\n\ntwice')],
    ['a buffer of a text', Buffer.from('He said "no"\n\ntwice')],
    ['an ArrayBuffer of a text', new TextEncoder().encode('He said "no"\n\ntwice').buffer],
    ['a Blob of a text', new Blob(['He said "no"\n\ntwice'], { type: 'text/plain' })],
    [
      'a data URL of a text',
      `data:text/plain;base64,${Buffer.from('He said "no"\n\ntwice').toString('base64')}`,
    ],
  ])('%s', async (_what, output) => {
    const { status, text } = await answerOutput(output);
    expect(status).toBe('ok');
    expect(text).toBe('He said "no"\n\ntwice');
  });
});

describe('images reach the model as images', () => {
  test.each<readonly [string, unknown]>([
    ['a Uint8Array', tinyPng],
    ['a Buffer', Buffer.from(tinyPng)],
    ['an ArrayBuffer', new Uint8Array(tinyPng).buffer],
    ['a Blob', new Blob([new Uint8Array(tinyPng)], { type: 'image/png' })],
    ['a Blob without a type', new Blob([new Uint8Array(tinyPng)])],
    ['a data URL', dataUrl],
    ['an image part with an ArrayBuffer', { type: 'image', image: new Uint8Array(tinyPng).buffer }],
    ['an image part with a Blob', [{ type: 'image', image: new Blob([new Uint8Array(tinyPng)]) }]],
    ['MCP', { content: [{ type: 'image', data: base64, mimeType: 'image/png' }] }],
    ['a list of MCP parts', [{ type: 'image', data: base64, mimeType: 'image/png' }]],
    [
      'a resource of MCP',
      {
        content: [
          { type: 'resource', resource: { uri: 'a', blob: base64, mimeType: 'image/png' } },
        ],
      },
    ],
    [
      'media of the AI SDK',
      { type: 'content', value: [{ type: 'media', data: base64, mediaType: 'image/png' }] },
    ],
    [
      'image data of the AI SDK',
      { type: 'content', value: [{ type: 'image-data', data: base64, mediaType: 'image/png' }] },
    ],
    [
      'a file of the AI SDK',
      {
        type: 'content',
        value: [{ type: 'file', data: { type: 'data', data: base64 }, mediaType: 'image/png' }],
      },
    ],
    [
      'LangChain',
      {
        type: 'tool',
        tool_call_id: 'x',
        content: [{ type: 'image_url', image_url: { url: dataUrl } }],
      },
    ],
    [
      'Anthropic',
      [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } }],
    ],
  ])('%s', async (_what, output) => {
    const { result, text } = await answerOutput(output);
    expect(result).toMatchObject({ status: 'ok', parts: [picture] });
    expect(text).toBe('');
  });

  test.each<readonly [string, unknown]>([
    ['bytes that are no image and no text', new Uint8Array(5_000).fill(200)],
    ['bytes of an image that ends early', tinyPng.slice(0, 30)],
    ['a data URL with wrong bytes', 'data:image/png;base64,AAAA'],
    [
      'an MCP image that is no image',
      { content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }] },
    ],
  ])('%s: an error result without the bytes', async (_what, output) => {
    const { status, text } = await answerOutput(output);
    expect(status).toBe('error');
    expect(text.length).toBeLessThan(300);
    expect(text).not.toContain('200,200');
  });

  test('an image above the limits of the agent is an error result', async () => {
    const { Agent } = await import('../../src/agent/agent.ts');
    const { callsTool, says, scriptedModel } = await import('../../src/testing/index.ts');
    const draw = tool({
      name: 'draw',
      description: 'Draws.',
      parameters: z.object({}),
      execute: () => ({ type: 'image', image: makePng(40, 40) }) as const,
    });
    for (const images of [{ maxPixels: 1_000 }, { maxBytes: 50 }]) {
      const model = scriptedModel([callsTool('draw'), says('Done.')]);
      const agent = new Agent({ name: 'artist', model, tools: [draw], images });
      const { transcript } = await agent.run('Draw.');
      const [result] = transcript.turns.flatMap((turn) =>
        turn.role === 'tool' ? turn.results : [],
      );
      expect(result?.status).toBe('error');
      expect(JSON.stringify(result)).toMatch(/limit is/);
    }
  });
});

describe('what a model cannot get is named', () => {
  test.each<readonly [string, object, string]>([
    [
      'audio',
      { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' },
      'audio of type audio/wav was left out',
    ],
    ['a link', { type: 'resource_link', uri: 'file:///b.md', name: 'b' }, 'file:///b.md'],
    [
      'a file',
      { type: 'resource', resource: { uri: 'c.pdf', blob: 'AAAA', mimeType: 'application/pdf' } },
      'application/pdf was left out',
    ],
    ['an unknown part', { type: 'hologram' }, 'hologram'],
    [
      'an image at a URL',
      { type: 'image_url', image_url: 'https://example.org/a.png' },
      'an image at a URL (https://example.org/a.png) was left out',
    ],
  ])('%s', async (_what, part, named) => {
    const { status, text } = await answerOutput({
      content: [{ type: 'text', text: 'Here.' }, part],
    });
    expect(status).toBe('ok');
    expect(text).toContain('Here.');
    expect(text).toContain(named);
  });
});

describe('errors', () => {
  test.each<readonly [string, unknown]>([
    [
      'MCP',
      {
        content: [
          { type: 'text', text: 'No such row.' },
          { type: 'image', data: base64, mimeType: 'image/png' },
        ],
        isError: true,
      },
    ],
    [
      'forModel',
      {
        forModel: [
          { type: 'text', text: 'No such row.' },
          { type: 'image', image: tinyPng },
        ],
        isError: true,
      },
    ],
    [
      'LangChain',
      {
        type: 'tool',
        tool_call_id: 'x',
        status: 'error',
        content: [
          { type: 'text', text: 'No such row.' },
          { type: 'image_url', image_url: dataUrl },
        ],
      },
    ],
  ])('an error result of %s has all parts', async (_what, output) => {
    const { result } = await answerOutput(output);
    expect(result).toMatchObject({ status: 'error', parts: [{ text: 'No such row.' }, picture] });
  });

  test.each([
    { type: 'error-text', value: 'No such row.' },
    { type: 'error-json', value: { reason: 'No such row.' } },
    { type: 'execution-denied', reason: 'No such row.' },
    new RangeError('No such row.'),
  ])('%j is an error', async (output) => {
    const { status, text } = await answerOutput(output);
    expect(status).toBe('error');
    expect(text).toContain('No such row.');
  });

  test.each<readonly [unknown, string]>([
    [new Error(), 'Error without a message'],
    [new TypeError(''), 'TypeError without a message'],
    [new Error('', { cause: new Error('socket closed') }), 'socket closed'],
    [new AggregateError([new Error('one'), new Error('two')]), 'one; two'],
    ['', 'without a message'],
    [undefined, 'undefined'],
  ])('a tool that throws %p gives a text', async (thrown, expected) => {
    const failing = tool({
      name: 'act',
      description: 'Acts.',
      parameters: z.object({}),
      execute: () => {
        throw thrown;
      },
    });
    const { status, text } = await answerCall(failing);
    expect(status).toBe('error');
    expect(text).toContain(expected);
  });

  test('the code and the causes are for the program, and not for the model', async () => {
    const cause = new Error('password "x" refused', { cause: { host: 'db-3' } });
    const failing = tool({
      name: 'act',
      description: 'Acts.',
      parameters: z.object({}),
      execute: async () => {
        throw Object.assign(new Error('No connection.', { cause }), { code: 'E_DB' });
      },
    });
    const { result, text } = await answerCall(failing);
    expect(text).toBe('Tool "act" failed: No connection.');
    expect(result.forApp).toEqual({
      error: {
        name: 'Error',
        message: 'No connection.',
        code: 'E_DB',
        cause: { name: 'Error', message: 'password "x" refused', cause: { host: 'db-3' } },
      },
    });
  });
});

describe('JSON', () => {
  test('is kept for the program', async () => {
    const rows = { rows: [1, { at: new Date(0) }], none: undefined };
    expect((await answerOutput(rows)).result).toMatchObject({
      status: 'ok',
      parts: [{ text: '{"rows":[1,{"at":"1970-01-01T00:00:00.000Z"}]}' }],
      forApp: { rows: [1, { at: '1970-01-01T00:00:00.000Z' }] },
    });
  });

  test('structured content of MCP and JSON of the AI SDK are for the program', async () => {
    const mcp = { content: [{ type: 'text', text: '3 rows' }], structuredContent: { rows: 3 } };
    expect((await answerOutput(mcp)).result).toMatchObject({
      parts: [{ text: '3 rows' }],
      forApp: { rows: 3 },
    });
    const only = { content: [], structuredContent: { rows: 3 } };
    expect((await answerOutput(only)).result).toMatchObject({
      parts: [{ text: '{"rows":3}' }],
      forApp: { rows: 3 },
    });
    const ai = { type: 'json', value: { rows: 3 } };
    expect((await answerOutput(ai)).result).toMatchObject({
      parts: [{ text: '{"rows":3}' }],
      forApp: { rows: 3 },
    });
  });

  test.each<object>([
    { type: 'text', text: 'a', page: 3 },
    { content: [] },
    { content: 'a' },
    { content: [{ type: 'text', text: 'a' }], title: 'b' },
    { type: 'json', value: 1, unit: 'm' },
    [{ type: 'text', text: 'a' }, { type: 'row' }],
    [['a', 1]],
    { type: 'image', name: 'a' },
  ])('%j stays JSON', async (output) => {
    expect((await answerOutput(output)).text).toBe(JSON.stringify(output));
  });
});

class Hidden {
  #value = 1;
  get value(): number {
    return this.#value;
  }
}

const cycle: Record<string, unknown> = {};
cycle.inner = { cycle };

describe('what JSON cannot represent is an error result that names it', () => {
  test.each<readonly [string, unknown, string]>([
    ['a Map', new Map([['a', 1]]), 'a Map'],
    ['a Set in a list', [new Set([1])], 'a Set at "[0]"'],
    ['a Response', new Response('hi'), 'a Response'],
    ['Headers', { headers: new Headers() }, 'a Headers at "headers"'],
    ['a regular expression', { pattern: /a/ }, 'a RegExp at "pattern"'],
    ['an error inside', { rows: [{ failure: new Error('x') }] }, 'an Error at "rows[0].failure"'],
    ['a promise inside', { user: Promise.resolve(1) }, 'a promise at "user"'],
    [
      'a generator',
      (function* () {
        yield 1;
      })(),
      'an iterator',
    ],
    [
      'an async generator',
      (async function* () {
        yield 1;
      })(),
      'an iterator',
    ],
    ['an iterator of a map', { keys: new Map([['a', 1]]).keys() }, 'an iterator at "keys"'],
    ['a stream', new ReadableStream(), 'a ReadableStream'],
    ['NaN', { n: [1, Number.NaN] }, 'NaN at "n[1]"'],
    ['Infinity', -Infinity, '-Infinity'],
    ['an invalid date', { at: new Date('x') }, 'an invalid date at "at"'],
    ['undefined in a list', [1, undefined], 'undefined at "[1]"'],
    ['a bigint', { id: 1n }, 'a bigint at "id"'],
    ['a function', { run: () => 1 }, 'a function at "run"'],
    ['a symbol', { key: Symbol('a') }, 'a symbol at "key"'],
    ['an object that contains itself', cycle, 'an object that contains itself at "inner.cycle"'],
    ['an object with private fields only', { it: new Hidden() }, 'a Hidden at "it"'],
    ['bytes inside', { file: Buffer.from('abc') }, 'bytes at "file"'],
    ['a value for the program', { forModel: 'ok', forApp: { m: new Map() } }, 'a Map at "m"'],
  ])('%s', async (_what, output, named) => {
    const { status, text } = await answerOutput(output);
    expect(status).toBe('error');
    expect(text).toContain(named);
  });

  test.each<readonly [string, unknown, string]>([
    ['an instance with fields', Object.assign(new Hidden(), { a: 1 }), '{"a":1}'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    [
      'a value with toJSON',
      { at: new URL('http://a/b'), own: { toJSON: () => 'x' } },
      '{"at":"http://a/b","own":"x"}',
    ],
    [
      'the same object twice',
      (() => {
        const a = { b: 1 };
        return [a, a];
      })(),
      '[{"b":1},{"b":1}]',
    ],
    ['an empty object', {}, '{}'],
    ['a key __proto__', JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
  ])('%s is JSON', async (_what, output, json) => {
    expect(await answerOutput(output)).toMatchObject({ status: 'ok', text: json });
  });
});
