import { describe, expect, test } from '@jest/globals';
import { chunk, done, streamsPieces } from '../support/model-server.ts';
import { runOnRawServer, type ServerReply, wireCall } from '../support/raw-server-run.ts';

const answer: ServerReply = { message: { content: 'Read.' } };
const readA = wireCall('read_file', { path: 'a' }, '0');
const readB = wireCall('read_file', { path: 'b' }, '0');
const list = wireCall('list_files', '', '0');
const listWithObject = wireCall('list_files', {}, '0');

describe('calls of one reply with the same id', () => {
  test.each<[string, readonly object[], readonly string[]]>([
    ['two tools', [readA, listWithObject], ['read_file a', 'list_files']],
    ['one tool, different arguments', [readA, readB], ['read_file a', 'read_file b']],
    ['an empty call first', [list, readA], ['list_files', 'read_file a']],
    ['an empty call last', [readA, list], ['read_file a', 'list_files']],
    ['three', [readA, list, readB], ['read_file a', 'list_files', 'read_file b']],
    [
      'without ids',
      [
        { ...readA, id: undefined },
        { ...list, id: undefined },
      ],
      ['read_file a', 'list_files'],
    ],
    [
      'with one index too',
      [
        { ...readA, index: 0 },
        { ...readB, index: 0 },
      ],
      ['read_file a', 'read_file b'],
    ],
  ])('in a whole reply, every entry is a call: %s', async (_name, tool_calls, expected) => {
    const reply = { message: { content: null, tool_calls }, finish: 'tool_calls' };
    const { executed, requests } = await runOnRawServer([reply, answer], { streamed: false });
    expect(executed.toSorted()).toEqual(expected.toSorted());
    expect(requests).toHaveLength(2);
  });

  test('in a whole reply, an entry with broken arguments does not absorb the next one', async () => {
    const tool_calls = [wireCall('read_file', '{"path":"a', '0'), readB];
    const reply = { message: { content: null, tool_calls }, finish: 'tool_calls' };
    const { executed } = await runOnRawServer([reply, answer], { streamed: false });
    expect(executed).toEqual(['read_file b']);
  });

  test('in a whole reply, two empty calls of one tool are two calls', async () => {
    const reply = { message: { content: null, tool_calls: [list, list] }, finish: 'tool_calls' };
    const { executed, requests } = await runOnRawServer([reply, answer], { streamed: false });
    expect(executed).toEqual(['list_files', 'list_files']);
    expect(requests).toHaveLength(2);
  });

  const at = (index: number | undefined, ...calls: readonly object[]) =>
    calls.map((call) => ({ ...(index !== undefined && { index }), ...call }));
  const piece = (name: string | undefined, text: string, more: object = {}) => ({
    id: '0',
    ...more,
    function: { ...(name !== undefined && { name }), arguments: text },
  });

  test.each<[string, readonly (readonly object[])[], readonly string[]]>([
    ['one index, a delta each', [at(0, readA), at(0, readB)], ['read_file a', 'read_file b']],
    ['one index, one delta', [at(0, readA, readB)], ['read_file a', 'read_file b']],
    [
      'no index, a delta each',
      [at(undefined, readA), at(undefined, readB)],
      ['read_file a', 'read_file b'],
    ],
    [
      'no index, one delta',
      [at(undefined, readA, list, readB)],
      ['list_files', 'read_file a', 'read_file b'],
    ],
    ['an empty call first', [at(0, list), at(0, readA)], ['list_files', 'read_file a']],
    [
      'an empty call first, no index',
      [at(undefined, list), at(undefined, readA)],
      ['list_files', 'read_file a'],
    ],
    ['empty calls in one delta', [at(0, list, list)], ['list_files', 'list_files']],
    [
      'arguments in later pieces',
      [
        at(0, piece('read_file', '')),
        at(0, piece(undefined, '{"path":')),
        at(0, piece(undefined, '"a"}')),
        at(0, piece('read_file', '')),
        at(0, piece(undefined, '{"path":"b"}')),
      ],
      ['read_file a', 'read_file b'],
    ],
    [
      'braces inside strings',
      [
        at(0, piece('read_file', '{"path":"a}')),
        at(0, piece('read_file', '{\\"b"}')),
        at(0, readB),
      ],
      ['read_file a}{"b', 'read_file b'],
    ],
    [
      'an empty piece, then white space',
      [
        at(0, piece('read_file', '{"path":"a"}')),
        at(0, piece('read_file', '')),
        ...['', ' ', '{"path":', '"b"}'].map((text) => at(0, piece(undefined, text))),
      ],
      ['read_file a', 'read_file b'],
    ],
    [
      'no ids at all',
      [
        at(0, piece('read_file', '{"path":"a"}', { id: null })),
        at(0, piece('list_files', '{}', { id: null })),
      ],
      ['list_files', 'read_file a'],
    ],
    [
      'no ids and no index',
      [
        at(undefined, piece('list_files', '', { id: '' })),
        at(undefined, piece('read_file', '{"path":"a"}', { id: '' })),
      ],
      ['list_files', 'read_file a'],
    ],
  ])('in a stream, a second name is a second call: %s', async (_name, deltas, expected) => {
    const reply = streamsPieces(
      ...deltas.map((tool_calls) => chunk({ tool_calls })),
      chunk({}, 'tool_calls') + done,
    );
    const { executed, requests } = await runOnRawServer([reply, answer], { streamed: true });
    expect(executed.toSorted()).toEqual(expected.toSorted());
    expect(requests).toHaveLength(2);
  });

  test.each<[string, readonly object[]]>([
    [
      'on every piece',
      [piece('read_file', '{"path"'), piece('read_file', ':"a'), piece('read_file', '"}')],
    ],
    ['on a last, empty piece', [piece('read_file', '{"path":"a"}'), piece('read_file', '')]],
    [
      'before the arguments',
      [piece('read_file', ''), piece('read_file', ''), piece(undefined, '{"path":"a"}')],
    ],
  ])('in a stream, a name that is repeated %s is one call', async (_name, pieces) => {
    for (const index of [0, undefined]) {
      const reply = streamsPieces(
        ...pieces.map((each) => chunk({ tool_calls: at(index, each) })),
        chunk({}, 'tool_calls') + done,
      );
      const { executed } = await runOnRawServer([reply, answer], { streamed: true });
      expect(executed).toEqual(['read_file a']);
    }
  });
});
