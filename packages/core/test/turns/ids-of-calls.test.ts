import { describe, expect, test } from '@jest/globals';
import { Transcript } from '../../src/turns/transcript.ts';
import { textOf } from '../../src/turns/turn.ts';

const call = (id: string, place: string) => ({ id, name: 'look', arguments: { place } });

describe('two calls of one turn with one id', () => {
  const calls = [call('a', 'sky'), call('a', 'sea')] as const;

  test('are refused when the turn is added', () => {
    const asked = Transcript.empty().user('Look.');
    expect(() => asked.assistant({ role: 'assistant', kind: 'calls', calls })).toThrow(
      expect.objectContaining({ code: 'turn_order' }),
    );
  });

  test('are refused in saved JSON', () => {
    const turns = [
      { role: 'user', inputs: [{ parts: [{ type: 'text', text: 'Look.' }] }] },
      { role: 'assistant', kind: 'calls', calls },
    ];
    expect(() => Transcript.fromJSON({ v: 1, turns } as never)).toThrow(
      expect.objectContaining({ code: 'turn_order' }),
    );
  });

  test('are two calls with different ids after an import', () => {
    const wireCall = (place: string) => ({
      id: 'a',
      type: 'function',
      function: { name: 'look', arguments: JSON.stringify({ place }) },
    });
    const { transcript } = Transcript.repair([
      { role: 'user', content: 'Look.' },
      { role: 'assistant', content: null, tool_calls: [wireCall('sky'), wireCall('sea')] },
      { role: 'tool', tool_call_id: 'a', content: 'Blue.' },
      { role: 'tool', tool_call_id: 'a', content: 'Green.' },
    ]);
    const [, asked, answered] = transcript.turns;
    const ids = asked?.role === 'assistant' && asked.kind === 'calls' ? asked.calls : [];
    expect(new Set(ids.map(({ id }) => id)).size).toBe(2);
    const results = answered?.role === 'tool' ? answered.results : [];
    expect(results.map(({ parts }) => textOf(parts))).toEqual(['Blue.', 'Green.']);
  });
});

describe('two results for one call', () => {
  const history = (first: string, second: string) => [
    { role: 'user', content: 'Look.' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'a', type: 'function', function: { name: 'look', arguments: '{"place":"sky"}' } },
        { id: 'b', type: 'function', function: { name: 'look', arguments: '{"place":"sea"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'a', content: first },
    { role: 'tool', tool_call_id: 'a', content: second },
    { role: 'tool', tool_call_id: 'b', content: 'Green.' },
  ];

  test('the first one stays, and the second one is a listed change', () => {
    const { transcript, changes } = Transcript.repair(history('Blue.', 'Red.'));
    const results = transcript.turns[2]?.role === 'tool' ? transcript.turns[2].results : [];
    expect(results.map(({ parts }) => textOf(parts))).toEqual(['Blue.', 'Green.']);
    expect(changes).toContainEqual(expect.objectContaining({ kind: 'dropped-result', index: 3 }));
    expect(JSON.stringify(changes)).toContain('Red.');
  });
});
