import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText } from '../../../../scripts/any-text.ts';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import type { RawDelta, RawReply } from '../../src/dialect/wire.ts';
import { ReplyBuilder, ServerFault } from '../../src/transport/reply-builder.ts';
import { ReplyReader } from '../../src/transport/reply-reader.ts';
import { chunk, completion, done, event } from '../support/model-server.ts';

const encoder = new TextEncoder();

function read(...pieces: readonly (string | Uint8Array)[]): {
  reply: RawReply;
  deltas: readonly RawDelta[];
} {
  const reader = new ReplyReader({});
  const deltas: RawDelta[] = [];
  const takeDelta = (): void => {
    const delta = reader.takeDelta();
    if (delta !== undefined) deltas.push(delta);
  };
  for (const piece of pieces) {
    reader.feed([typeof piece === 'string' ? encoder.encode(piece) : piece]);
    takeDelta();
  }
  reader.end();
  takeDelta();
  return { reply: reader.reply(), deltas };
}

const stop = chunk({}, 'stop');

describe('chunks that differ only in their text', () => {
  const text = fc.oneof(
    fc.constantFrom(
      ':',
      'content',
      '"',
      '\\',
      '{',
      '","',
      'another piece',
      'é',
      '🙂',
      '\n',
      '',
      ' ',
      '[DONE]',
    ),
    anyText({ maxLength: 4 }),
  );
  const callPiece = fc.record(
    {
      index: fc.constantFrom<unknown>(0, 0, 0, 1, '1', null),
      id: fc.constantFrom<unknown>('a', '', null, 'b', 7),
      type: fc.constantFrom('function'),
      function: fc.record(
        { name: fc.constantFrom('', null, 'f'), arguments: fc.oneof(text, fc.constant('{}')) },
        { requiredKeys: ['arguments'] },
      ),
    },
    { requiredKeys: ['function'] },
  );
  const delta = fc.oneof(
    { weight: 6, arbitrary: fc.record({ content: text }) },
    fc.record({ role: fc.constant('assistant'), content: fc.option(text) }),
    fc.record({ content: text, reasoning: fc.option(text), refusal: fc.option(text) }),
    fc.record({ content: text, tool_calls: fc.constantFrom([], null) }),
    fc.record({ content: text, '"content"': text }),
    {
      weight: 2,
      arbitrary: fc.record({ reasoning_content: text, content: fc.constantFrom('', null) }),
    },
    fc.record({ reasoning: text, reasoning_content: fc.option(text) }),
    { weight: 4, arbitrary: fc.record({ tool_calls: fc.array(callPiece, { maxLength: 2 }) }) },
  );
  const choice = fc.record(
    {
      index: fc.constantFrom(0, 0, 0, 1),
      delta,
      finish_reason: fc.constantFrom(null, null, 'stop'),
    },
    { requiredKeys: ['delta'] },
  );
  const head = fc.constantFrom<object>(
    { id: 'x' },
    { id: 'x', model: '"content":' },
    { id: 'x', usage: null },
    { id: 'x', usage: { completion_tokens: 3 } },
  );
  const value = fc
    .tuple(head, fc.array(choice, { minLength: 1, maxLength: 2 }), fc.nat(5))
    .map(([first, choices, alone]) => ({
      ...first,
      choices: alone > 0 ? choices.slice(0, 1) : choices,
    }));
  // Servers send text outside ASCII unchanged or escaped.
  const written = fc.tuple(value, fc.boolean()).map(([each, isEscaped]) => {
    const json = JSON.stringify(each);
    return isEscaped
      ? json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : json;
  });

  test('are parsed like chunks that are parsed one by one', () => {
    fc.assert(
      fc.property(fc.array(written, { minLength: 1, maxLength: 12 }), (chunks) => {
        const builder = new ReplyBuilder({});
        for (const each of chunks) builder.addChunk(JSON.parse(each));
        const { reply, deltas } = read(...chunks.map((each) => `data: ${each}\n\n`), done);
        expect(reply).toEqual(builder.reply());
        expect(deltas.map((each) => each.text ?? '').join('')).toBe(builder.reply().text);
      }),
      { numRuns: 2 * propertyRuns },
    );
  });

  test.each<[string, (piece: string) => object]>([
    ['text', (content) => ({ content })],
    ['reasoning', (piece) => ({ reasoning_content: piece, content: '' })],
    ['arguments', (piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] })],
  ])('are not parsed as JSON one by one: %s', (_name, deltaOf) => {
    const pieces = [...'He "said":\n\tyes. '.repeat(50)];
    const parse = jest.spyOn(JSON, 'parse');
    const first = deltaOf('So');
    const { reply } = read(
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '' } }] }),
      ...[first, ...pieces.map(deltaOf)].map((delta) => chunk(delta)),
      stop,
      done,
    );
    const whole = parse.mock.calls.filter(([text]) => text.length > 20);
    parse.mockRestore();
    expect(JSON.stringify(reply)).toContain(
      JSON.stringify(pieces.join('')).slice(1, -1).slice(0, 20),
    );
    expect(whole.length).toBeLessThan(10);
  });

  test('are broken if their text is broken: a piece without its closing quote is not accepted', () => {
    const [complete = '', next = ''] = [chunk({ content: 'a' }), chunk({ content: 'b' })];
    expect(() => read(complete, next, next.replace('"b"', '"b'), done)).toThrow();
  });
});

describe('text', () => {
  test('the concatenated deltas of a stream are the reply', () => {
    const { reply, deltas } = read(
      chunk({ role: 'assistant', content: null }),
      chunk({ content: 'Hel' }),
      chunk({ content: 'lo' }),
      stop,
      done,
    );
    expect(deltas).toEqual([{ text: 'Hel' }, { text: 'lo' }]);
    expect(reply).toEqual({
      text: 'Hello',
      reasoning: '',
      calls: [],
      finishReason: 'stop',
      id: 'chatcmpl-1',
    });
  });

  test('one network chunk becomes one delta', () => {
    const { deltas } = read(
      chunk({ content: 'a' }) + chunk({ content: 'b' }) + chunk({ content: 'c' }),
      stop,
    );
    expect(deltas).toEqual([{ text: 'abc' }]);
  });

  test('content in parts, refusals, and `message` in place of `delta` are text', () => {
    const { reply } = read(
      chunk({ content: [{ type: 'text', text: 'a' }, { type: 'other' }] }),
      chunk({ refusal: 'b' }),
      event({ choices: [{ message: { content: 'c' }, finish_reason: 'stop' }] }),
    );
    expect(reply.text).toBe('abc');
  });

  test('reasoning that is sent under both field names is used once', () => {
    const { reply, deltas } = read(
      chunk({ reasoning: 'hm', reasoning_content: 'hm' }),
      chunk({ reasoning: '', reasoning_content: ', so' }),
      stop,
    );
    expect(reply.reasoning).toBe('hm, so');
    expect(deltas).toEqual([{ reasoning: 'hm' }, { reasoning: ', so' }]);
  });

  test('only the first choice is used', () => {
    const { reply } = read(
      event({ choices: [{ index: 0, delta: { content: 'a' } }] }),
      event({ choices: [{ index: 1, delta: { content: 'b' }, finish_reason: 'length' }] }),
      stop,
    );
    expect(reply).toMatchObject({ text: 'a', finishReason: 'stop' });
  });
});

describe('usage and finish reason', () => {
  test('usage is accepted on every chunk, or on a last chunk without choices', () => {
    const usage = {
      prompt_tokens: 12,
      completion_tokens: 3,
      prompt_tokens_details: { cached_tokens: 7 },
    };
    const expected = { inputTokens: 12, outputTokens: 3, cachedInputTokens: 7 };
    const early = { ...usage, completion_tokens: 1 };
    const onEach = read(
      event({ choices: [{ delta: { content: 'a' } }], usage: early }),
      event({ choices: [{ delta: {}, finish_reason: 'stop' }], usage }),
      done,
    );
    const atEnd = read(stop, event({ choices: [], usage }), done);
    expect(onEach.reply.usage).toEqual(expected);
    expect(atEnd.reply.usage).toEqual(expected);
  });

  test('a count that is not finite is ignored', () => {
    const { usage } = read(
      `data: {"choices":[],"usage":{"prompt_tokens":1e999}}\n\n`,
      stop,
      done,
    ).reply;
    expect(usage).toBeUndefined();
  });

  test('a reply without usage has no usage, not zeros', () => {
    expect(read(event({ choices: [], usage: null }), stop).reply).not.toHaveProperty('usage');
  });

  test.each([
    ['stop', 'stop'],
    ['eos_token', 'stop'],
    ['length', 'length'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['content_filter', 'content-filter'],
    ['because', 'other'],
  ])('finish_reason %s is %s', (reason, expected) => {
    expect(read(chunk({}, reason)).reply.finishReason).toBe(expected);
  });

  test('a stream without [DONE] is complete after finish_reason', () => {
    expect(read(chunk({ content: 'a' }), stop).reply.text).toBe('a');
  });

  test('a stream that ends before finish_reason is broken', () => {
    expect(() => read(chunk({ content: 'a' }))).toThrow('before the reply was complete');
  });

  test('data after [DONE] is ignored', () => {
    expect(read(stop, done, chunk({ content: 'late' })).reply.text).toBe('');
  });
});

describe('calls', () => {
  test('pieces with one index and an id only on the first piece are one call', () => {
    const { reply, deltas } = read(
      chunk({
        tool_calls: [
          { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } },
        ],
      }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"x"' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
      chunk({}, 'tool_calls'),
      done,
    );
    expect(reply.calls).toEqual([{ id: 'a', name: 'f', arguments: '{"x":1}' }]);
    expect(deltas).toEqual([
      { calls: [{ index: 0, id: 'a', name: 'f' }] },
      { calls: [{ index: 0, arguments: '{"x"' }] },
      { calls: [{ index: 0, arguments: ':1}' }] },
    ]);
  });

  test.each<[string, readonly unknown[][]]>([
    [
      'no index, and the id on each piece',
      [
        [{ id: 'a', function: { name: 'f', arguments: '{' } }],
        [{ id: 'a', function: { arguments: '}' } }],
        [{ id: 'b', function: { name: 'g', arguments: '{}' } }],
      ],
    ],
    [
      'one index for two ids',
      [
        [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }],
        [{ index: 0, id: 'b', function: { name: 'g', arguments: '{' } }],
        [{ index: 0, function: { arguments: '}' } }],
      ],
    ],
    [
      'both calls in one piece, without an index',
      [
        [
          { id: 'a', function: { name: 'f', arguments: '{}' } },
          { id: 'b', function: { name: 'g', arguments: '{}' } },
        ],
      ],
    ],
    [
      'a made-up id on each piece of a call',
      [
        [{ index: 0, id: 'a', function: { name: 'f' } }],
        [{ index: 0, id: 'x1', function: { arguments: '{' } }],
        [{ index: 0, id: 'x2', function: { arguments: '}' } }],
        [{ index: 1, id: 'b', function: { name: 'g', arguments: '{}' } }],
      ],
    ],
    [
      'the name in pieces, null arguments, and an id that comes late',
      [
        [{ index: 0, function: { name: 'f', arguments: null } }],
        [{ index: 0, id: 'a', function: { arguments: '{}' } }],
        [{ index: 1, id: 'b', function: { name: '', arguments: '' } }],
        [{ index: 1, function: { name: 'g', arguments: {} } }],
      ],
    ],
  ])('%s: two calls', (_name, pieces) => {
    const { reply } = read(...pieces.map((tool_calls) => chunk({ tool_calls })), stop);
    expect(reply.calls).toEqual([
      { id: 'a', name: 'f', arguments: '{}' },
      { id: 'b', name: 'g', arguments: '{}' },
    ]);
  });

  test('calls without index and id are distinguished by their names', () => {
    const { reply } = read(
      chunk({ tool_calls: [{ function: { name: 'f', arguments: '{}' } }] }),
      chunk({ tool_calls: [{ function: { name: 'g' } }, { function: { name: 'h' } }] }),
      stop,
    );
    expect(reply.calls).toEqual([
      { name: 'f', arguments: '{}' },
      { name: 'g', arguments: '' },
      { name: 'h', arguments: '' },
    ]);
  });

  test('a name may come in pieces, or complete on every piece', () => {
    const { reply, deltas } = read(
      chunk({ tool_calls: [{ index: 0, function: { name: 'get_' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { name: 'weather' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { name: 'get_weather', arguments: '{}' } }] }),
      stop,
    );
    expect(reply.calls).toEqual([{ name: 'get_weather', arguments: '{}' }]);
    expect(deltas.flatMap(({ calls = [] }) => calls.map(({ name = '' }) => name)).join('')).toBe(
      'get_weather',
    );
  });

  test('arguments as an object become JSON text', () => {
    const { reply } = read(
      chunk({ tool_calls: [{ index: 0, function: { name: 'f', arguments: { x: [1] } } }] }),
      stop,
    );
    expect(reply.calls).toEqual([{ name: 'f', arguments: '{"x":[1]}' }]);
  });

  test('two calls with the same id but different indexes are two calls', () => {
    const { reply } = read(
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] }),
      chunk({ tool_calls: [{ index: 1, id: 'a', function: { name: 'g', arguments: '{}' } }] }),
      stop,
    );
    expect(reply.calls).toHaveLength(2);
  });

  test('the legacy function_call is a call', () => {
    const { reply } = read(
      chunk({ function_call: { name: 'f', arguments: '{' } }),
      chunk({ function_call: { arguments: '}' } }),
      chunk({}, 'function_call'),
    );
    expect(reply.calls).toEqual([{ name: 'f', arguments: '{}' }]);
  });

  test('an empty list of calls is ignored', () => {
    expect(read(chunk({ content: 'a', tool_calls: [] }), stop).reply.calls).toEqual([]);
  });
});

describe('the form of the body', () => {
  const text = chunk({ content: 'é' }) + stop + done;

  test.each([
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['lone CR', text.replaceAll('\n', '\r')],
    ['a byte order mark', `\uFEFF${text}`],
    ['comments and pings', `: ping\n\n${text.replaceAll('\n\n', '\n: ping\n\n: ping\n\n')}`],
    [
      'names, ids and retry times',
      text.replaceAll('data:', 'id: 1\nevent: chunk\nretry: 5\ndata:'),
    ],
    ['no space after the colon', text.replaceAll('data: ', 'data:')],
    ['JSON over several data lines', text.replaceAll(',"', ',\ndata: "')],
    ['no empty line at the end', text.trimEnd()],
    ['leading empty lines', `\n\n${text}`],
  ])('%s is read', (_name, body) => {
    expect(read(body).reply).toMatchObject({ text: 'é', finishReason: 'stop' });
  });

  test('a whole completion in place of a stream gives one delta and the reply', () => {
    const message = { content: 'é', tool_calls: [] };
    const { reply, deltas } = read(JSON.stringify(completion(message)));
    expect(deltas).toEqual([{ text: 'é' }]);
    expect(reply).toMatchObject({ text: 'é', finishReason: 'stop', usage: { inputTokens: 12 } });
  });

  test('a whole completion with null content and calls is parsed', () => {
    const tool_calls = [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }];
    const { reply } = read(JSON.stringify(completion({ content: null, tool_calls }, 'tool_calls')));
    expect(reply).toMatchObject({
      text: '',
      calls: [{ id: 'a', name: 'f', arguments: '{}' }],
      finishReason: 'tool-calls',
    });
  });

  test('a whole completion without finish_reason is complete', () => {
    expect(read('{"choices":[{"message":{"content":"a"}}]}').reply).toMatchObject({
      text: 'a',
      finishReason: 'stop',
    });
  });

  test('a web page and JSON without choices are rejected', () => {
    expect(() => read('<!doctype html><p>Hi')).toThrow('not a reply');
    expect(() => read('{"status":"ok"}')).toThrow('not a reply');
  });

  test('megabytes of white space before a reply are read once', () => {
    const blank = encoder.encode(' '.repeat(4_096));
    const blanks = Array.from({ length: 5_000 }, () => blank);
    expect(read(...blanks, '\n', chunk({ content: 'Hi' }, 'stop')).reply.text).toBe('Hi');
    expect(read(...blanks, JSON.stringify(completion({ content: 'Hi' }))).reply.text).toBe('Hi');
  });

  test('an empty body and incomplete JSON are broken replies', () => {
    expect(() => read('')).toThrow('empty body');
    expect(() => read('{"choices":[')).toThrow('incomplete or invalid');
    expect(() => read('data: {"choices":[\n\n')).toThrow('incomplete or invalid');
  });

  test.each([
    ['nested', { error: { message: 'no', code: 500 } }],
    ['a string', { error: 'no' }],
    ['flat', { object: 'error', message: 'no', code: 400 }],
  ])('an error in the middle of a stream (%s) is thrown with its body', (_name, body) => {
    const sent = chunk({ content: 'a' }) + event(body);
    expect(() => read(sent)).toThrow(expect.objectContaining({ body }));
  });

  test('an error is recognised if an empty line follows its event name', () => {
    const sent = 'event: error\n\ndata: {"error":{"message":"no","type":""}}\n\n';
    expect(() => read(sent)).toThrow(ServerFault);
  });
});

test('the reply and the concatenated deltas are the same for every split of the bytes', () => {
  const word = anyText({ maxLength: 8 });
  const delta = fc.oneof(
    word.map((content) => ({ content })),
    word.map((reasoning) => ({ reasoning })),
    fc.record({ index: fc.nat(2), name: word, text: word }).map(({ index, name, text }) => ({
      tool_calls: [{ index, function: { name, arguments: text } }],
    })),
  );
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
  const stream = fc.record({
    deltas: fc.array(delta, { maxLength: 8 }),
    lineEnd,
    mark: fc.constantFrom('', '\uFEFF'),
    ending: fc.constantFrom(stop, stop + done, `: ping\n\n${stop}${done}`),
  });
  const joined = (deltas: readonly RawDelta[]): string[] => [
    deltas.map(({ text = '' }) => text).join(''),
    deltas.map(({ reasoning = '' }) => reasoning).join(''),
    ...[0, 1, 2].map((index) =>
      deltas
        .flatMap(({ calls = [] }) => calls.filter((call) => call.index === index))
        .map((call) => call.arguments ?? '')
        .join(''),
    ),
  ];
  fc.assert(
    fc.property(stream, fc.array(fc.nat(400), { maxLength: 12 }), (body, cuts) => {
      const text = body.deltas.map((one) => chunk(one)).join('') + body.ending;
      const bytes = encoder.encode(body.mark + text.replaceAll('\n', body.lineEnd));
      const places = [...cuts, 0, bytes.length].sort((left, right) => left - right);
      const pieces = places.slice(1).map((end, place) => bytes.subarray(places[place], end));
      const whole = read(bytes);
      const cut = read(...pieces);
      expect(cut.reply).toEqual(whole.reply);
      expect(joined(cut.deltas)).toEqual(joined(whole.deltas));
      expect(joined(cut.deltas)[0]).toBe(cut.reply.text);
    }),
    { numRuns: propertyRuns },
  );
});
