import { describe, expect, test } from '@jest/globals';
import { chunk, done, streamsPieces } from '../support/model-server.ts';
import { runOnRawServer, type ServerReply, wireCall } from '../support/raw-server-run.ts';

const modes = [{ streamed: false }, { streamed: true }];

const answer: ServerReply = { message: { content: 'Read.' } };
const ignored = { kind: 'ignored-empty-calls', count: expect.any(Number) };

const placeholders: readonly (readonly [string, object])[] = [
  ['a function_call with empty strings', { function_call: { name: '', arguments: '' } }],
  ['an empty function_call', { function_call: {} }],
  ['a call with empty strings', { tool_calls: [wireCall('', '', '')] }],
  ['a call with an id only', { tool_calls: [{ id: 'call_7' }] }],
  ['a call with a null function', { tool_calls: [{ id: 'x', function: null }] }],
  ['a call with null fields', { tool_calls: [{ function: { name: null, arguments: null } }] }],
  ['a call with white space and an empty object', { tool_calls: [wireCall(' ', '{}')] }],
  ['a call with empty objects one after another', { tool_calls: [wireCall('', '{}{}')] }],
  ['a call with the word null twice', { tool_calls: [wireCall('null', 'null null')] }],
  ['a call with the word undefined', { tool_calls: [wireCall('undefined', 'undefined')] }],
  ['an empty text', { tool_calls: [''] }],
  ['an empty list', { tool_calls: [[]] }],
  ['an empty object', { tool_calls: [{}] }],
  ['null', { tool_calls: [null] }],
  ['numbers', { tool_calls: [0, 4] }],
  ['a list that is an object', { tool_calls: {} }],
  ['several of them', { tool_calls: [{}, null, wireCall('', '')] }],
];

describe.each(modes)(
  'an entry of a reply that only looks like a call (streamed: $streamed)',
  (mode) => {
    test.each(placeholders)('%s: the text next to it is the answer', async (_name, fields) => {
      const reply = { message: { content: 'It has three lines.', ...fields } };
      expect(await runOnRawServer([reply], mode)).toMatchObject({
        status: 'completed',
        output: 'It has three lines.',
        fixes: [ignored],
        requests: [mode.streamed],
      });
    });

    test.each(placeholders.filter(([, fields]) => 'tool_calls' in fields))(
      '%s: the call next to it runs',
      async (_name, fields) => {
        const entries = [Reflect.get(fields, 'tool_calls')].flat();
        const tool_calls = [...entries, wireCall('read_file', { path: 'a.txt' })];
        const reply = { message: { content: null, tool_calls }, finish: 'tool_calls' };
        expect(await runOnRawServer([reply, answer], mode)).toMatchObject({
          output: 'Read.',
          executed: ['read_file a.txt'],
          fixes: [ignored],
        });
      },
    );

    test('a function_call that repeats the entry of tool_calls is not a second call', async () => {
      const call = { index: 0, ...wireCall('read_file', { path: 'a.txt' }) };
      const message = { tool_calls: [call], function_call: Reflect.get(call, 'function') };
      const reply = mode.streamed
        ? streamsPieces(chunk(message), chunk({}, 'tool_calls') + done)
        : { message, finish: 'tool_calls' };
      const { executed } = await runOnRawServer([reply, answer], mode);
      expect(executed).toEqual(['read_file a.txt']);
    });

    test('arguments without a name are a call that is answered with an error', async () => {
      const reply = {
        message: { content: null, tool_calls: [wireCall('', { path: 'a.txt' })] },
        finish: 'tool_calls',
      };
      const { output, executed } = await runOnRawServer([reply, answer], mode);
      expect({ output, executed }).toEqual({ output: 'Read.', executed: [] });
    });
  },
);

test('empty pieces before and after a streamed call do not change it', async () => {
  const ghost = { index: 0, id: '', function: { name: '', arguments: '' } };
  const piece = (fields: object) => chunk({ tool_calls: [{ ...ghost, ...fields }] });
  const reply = streamsPieces(
    chunk({ tool_calls: [ghost] }),
    piece({ id: 'c', function: { name: 'read_file', arguments: '' } }),
    chunk({ tool_calls: [ghost] }),
    piece({ function: { arguments: '{"path":"a.txt"}' } }),
    chunk({ tool_calls: [ghost] }),
    chunk({}, 'tool_calls') + done,
  );
  const { executed, fixes } = await runOnRawServer([reply, answer], { streamed: true });
  expect({ executed, fixes }).toEqual({ executed: ['read_file a.txt'], fixes: [] });
});
