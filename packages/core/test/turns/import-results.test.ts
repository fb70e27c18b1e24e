import { describe, expect, test } from '@jest/globals';
import { Transcript } from '../../src/turns/transcript.ts';
import { describeTurns } from '../support/describe-turns.ts';

const ask = { role: 'user', content: 'Weather?' };
const hurry = { role: 'user', content: 'Quick.' };
const wait = { role: 'assistant', content: 'One moment.' };
const done = { role: 'assistant', content: 'Sunny.' };

function calls(...list: readonly (readonly [id: string | undefined, city: string])[]) {
  return {
    role: 'assistant',
    content: null,
    tool_calls: list.map(([id, city]) => ({
      ...(id === undefined ? {} : { id }),
      type: 'function',
      function: { name: `look_${city}`, arguments: JSON.stringify({ city }) },
    })),
  };
}

const result = (id: string | undefined, content: string, more: object = {}) => ({
  role: 'tool',
  ...(id === undefined ? {} : { tool_call_id: id }),
  content,
  ...more,
});

function imported(...messages: readonly unknown[]) {
  const { transcript, changes } = Transcript.repair(messages);
  return { lines: describeTurns(transcript.turns), changes: changes.map(({ kind }) => kind) };
}

describe('the result of a call is found', () => {
  test('after an input of the user', () => {
    expect(imported(ask, calls(['a', 'rome']), hurry, result('a', '21'), done)).toEqual({
      lines: [
        'user: Weather?',
        'call look_rome {"city":"rome"}',
        'look_rome ok: 21',
        'input: Quick.',
        'text: Sunny.',
      ],
      changes: ['joined-input', 'moved-result'],
    });
  });

  test('after a text of the assistant', () => {
    expect(imported(ask, calls(['a', 'rome']), wait, result('a', '21'))).toEqual({
      lines: [
        'user: Weather?',
        'call look_rome {"city":"rome"}',
        'look_rome ok: 21',
        'text: One moment.',
      ],
      changes: ['moved-result'],
    });
  });

  test('after several messages with one call each', () => {
    const messages = [ask, calls(['a', 'rome']), calls(['b', 'bern']), calls(['c', 'oslo'])];
    const results = [result('c', '3'), result('a', '1'), result('b', '2'), done];
    expect(imported(...messages, ...results).lines).toEqual([
      'user: Weather?',
      'call look_rome {"city":"rome"}',
      'look_rome ok: 1',
      'call look_bern {"city":"bern"}',
      'look_bern ok: 2',
      'call look_oslo {"city":"oslo"}',
      'look_oslo ok: 3',
      'text: Sunny.',
    ]);
  });

  test('much later, between other calls and their results', () => {
    const { lines } = imported(
      ask,
      calls(['a', 'rome']),
      hurry,
      calls(['b', 'bern']),
      result('b', '2'),
      result('a', '1'),
    );
    expect(lines.filter((line) => line.includes(' ok: '))).toEqual([
      'look_rome ok: 1',
      'look_bern ok: 2',
    ]);
  });

  test('before its call', () => {
    const { lines, changes } = imported(ask, result('a', '21'), calls(['a', 'rome']));
    expect(lines).toContain('look_rome ok: 21');
    expect(changes).toEqual(['moved-result']);
  });

  test('if every step uses the same id again', () => {
    const { lines, changes } = imported(
      ask,
      calls(['0', 'rome']),
      result('0', '1'),
      calls(['0', 'bern']),
      hurry,
      calls(['0', 'oslo']),
      result('0', '3'),
    );
    expect(lines.filter((line) => line.startsWith('look'))).toEqual([
      'look_rome ok: 1',
      'look_bern cancelled: The history has no result for this call.',
      'look_oslo ok: 3',
    ]);
    expect(changes).toEqual(['answered-call', 'joined-input']);
  });
});

describe('a result without an id belongs', () => {
  test('to the call of its name', () => {
    const { lines, changes } = imported(
      ask,
      calls(['a', 'rome'], ['b', 'bern']),
      result(undefined, '2', { name: 'look_bern' }),
      result(undefined, '1', { name: 'look_rome' }),
    );
    expect(lines.slice(-2)).toEqual(['look_rome ok: 1', 'look_bern ok: 2']);
    expect(changes).toEqual([]);
  });

  test('to the only open call', () => {
    expect(imported(ask, calls(['a', 'rome']), result(undefined, '1'))).toMatchObject({
      lines: expect.arrayContaining(['look_rome ok: 1']),
      changes: [],
    });
    expect(imported(ask, calls(['a', 'rome']), wait, result('', '1'))).toMatchObject({
      lines: expect.arrayContaining(['look_rome ok: 1']),
      changes: ['moved-result'],
    });
  });

  test('to the call at its place, if there are as many results as calls', () => {
    const two = calls([undefined, 'rome'], [undefined, 'bern']);
    const { lines, changes } = imported(ask, two, result(undefined, '1'), result(undefined, '2'));
    expect(lines.slice(-2)).toEqual(['look_rome ok: 1', 'look_bern ok: 2']);
    expect(changes).toEqual(['matched-result']);
  });

  test('to no call, if several are open and fewer results follow', () => {
    const two = calls([undefined, 'rome'], [undefined, 'bern']);
    const { lines, changes } = imported(ask, two, result(undefined, '1'), done);
    expect(lines.filter((line) => line.includes(' ok: '))).toEqual([]);
    expect(changes.toSorted()).toEqual(['answered-call', 'answered-call', 'dropped-result']);
  });
});

describe('a result is dropped and listed', () => {
  test('if no call has its id', () => {
    expect(imported(ask, calls(['a', 'rome']), result('b', '2'), result('a', '1'))).toMatchObject({
      lines: expect.arrayContaining(['look_rome ok: 1']),
      changes: ['dropped-result'],
    });
  });

  test('if its call has a result already: the first one counts', () => {
    const messages = [ask, calls(['a', 'rome'], ['b', 'bern'])];
    const results = [result('a', 'first'), result('a', 'second'), result('b', 'other')];
    expect(imported(...messages, ...results)).toMatchObject({
      lines: expect.arrayContaining(['look_rome ok: first', 'look_bern ok: other']),
      changes: ['dropped-result'],
    });
  });

  test('if no call has its name', () => {
    const other = result(undefined, '1', { name: 'look_paris' });
    expect(imported(ask, calls(['a', 'rome']), other).changes.toSorted()).toEqual([
      'answered-call',
      'dropped-result',
    ]);
  });
});
