import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { gemma3 } from '../../src/profile/known-profiles.ts';
import { memoryBlobStore } from '../../src/turns/blob-store.ts';
import type { HistoryChange } from '../../src/turns/repair-history.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { arbitraryHistory } from '../support/arbitrary-scenario.ts';
import { answer, call, calls, result, results, user } from '../support/encode-turns.ts';
import { plainJson } from '../support/play-scenario.ts';
import { tinyPng } from '../support/tiny-image.ts';

const hi = { role: 'user', content: 'Hi' };
const hello = { role: 'assistant', content: 'Hello' };
const asks = (...ids: readonly string[]) => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id, function: { name: `f_${id}`, arguments: '{"a":1}' } })),
});
const gives = (id: string) => ({ role: 'tool', tool_call_id: id, content: `result of ${id}` });

function changesOf(messages: readonly unknown[]): readonly [HistoryChange['kind'], number][] {
  return Transcript.repair(messages).changes.map(({ kind, index }) => [kind, index]);
}

function rolesOf(messages: readonly unknown[]): string {
  return Transcript.repair(messages)
    .transcript.turns.map((turn) => (turn.role === 'assistant' ? turn.kind : turn.role))
    .join(', ');
}

describe('a foreign history', () => {
  test.each<[string, readonly unknown[], string, readonly [HistoryChange['kind'], number][]]>([
    [
      'a lawful one needs nothing',
      [hi, asks('a'), gives('a'), hello],
      'user, calls, tool, text',
      [],
    ],
    ['two of the user are one turn', [hi, hi], 'user', [['merged-user', 1]]],
    [
      'two of the assistant are one text',
      [hi, hello, hello],
      'user, text',
      [['merged-assistant', 2]],
    ],
    [
      'system messages become instructions',
      [{ role: 'system', content: 'Be brief.' }, hi],
      'user',
      [['folded-system', 0]],
    ],
    [
      'so do those in the middle, and the developer’s',
      [hi, { role: 'developer', content: 'Be kind.' }, hello],
      'user, text',
      [['folded-system', 1]],
    ],
    ['an assistant who begins is given a user', [hello], 'user, text', [['inserted-user', 0]]],
    [
      'a call that nobody answered is cancelled',
      [hi, asks('a'), hi],
      'user, calls, tool',
      [
        ['answered-call', 2],
        ['joined-words', 2],
      ],
    ],
    ['so is one at the end', [hi, asks('a')], 'user, calls, tool', [['answered-call', 2]]],
    [
      'one of two is cancelled',
      [hi, asks('a', 'b'), gives('b')],
      'user, calls, tool',
      [['answered-call', 3]],
    ],
    [
      'results out of order are put in order',
      [hi, asks('a', 'b'), gives('b'), gives('a')],
      'user, calls, tool',
      [],
    ],
    [
      'a result without a call is dropped',
      [hi, gives('a'), hello],
      'user, text',
      [['dropped-result', 1]],
    ],
    [
      'a result given twice is dropped',
      [hi, asks('a'), gives('a'), gives('a')],
      'user, calls, tool',
      [['dropped-result', 3]],
    ],
    [
      'a result that comes too late is dropped',
      [hi, asks('a'), hi, gives('a')],
      'user, calls, tool',
      [
        ['answered-call', 2],
        ['joined-words', 2],
        ['dropped-result', 3],
      ],
    ],
    [
      'the user behind results joins their turn',
      [hi, asks('a'), gives('a'), hi],
      'user, calls, tool',
      [['joined-words', 3]],
    ],
    [
      'text beside calls is split off',
      [hi, { ...asks('a'), content: 'Let me see.' }, gives('a')],
      'user, calls, tool',
      [['split-text', 1]],
    ],
    [
      'text before calls is split off',
      [hi, hello, asks('a'), gives('a')],
      'user, calls, tool',
      [['split-text', 2]],
    ],
    [
      'an empty answer is dropped',
      [hi, { role: 'assistant', content: '', tool_calls: [] }, hi],
      'user',
      [
        ['dropped-empty', 1],
        ['merged-user', 2],
      ],
    ],
    [
      'an empty user message is dropped',
      [{ role: 'user', content: [] }, hi],
      'user',
      [['dropped-empty', 0]],
    ],
  ])('%s', (_what, messages, roles, changes) => {
    expect(rolesOf(messages)).toBe(roles);
    expect(changesOf(messages)).toEqual(changes);
  });

  test('keeps the text that it splits off as thought, and says it in the change', () => {
    const { transcript, changes } = Transcript.repair([hi, { ...asks('a'), content: 'Hm.' }]);
    expect(transcript.turns[1]).toMatchObject({ kind: 'calls', reasoning: 'Hm.' });
    expect(changes).toContainEqual({ kind: 'split-text', index: 1, detail: 'Hm.' });
  });

  test('joins its system messages to instructions', () => {
    const system = (content: string) => ({ role: 'system', content });
    expect(Transcript.repair([system('One.'), hi, system('Two.')]).instructions).toBe(
      'One.\n\nTwo.',
    );
  });

  test('with arguments that cannot be read has a call that says so', () => {
    const broken = {
      role: 'assistant',
      tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{"a"' } }],
    };
    const { transcript, changes } = Transcript.repair([hi, broken, gives('a')]);
    expect(transcript.turns[1]).toMatchObject({
      calls: [{ arguments: {}, unreadable: { text: '{"a"' } }],
    });
    expect(changes).toMatchObject([{ kind: 'unreadable-arguments', index: 1 }]);
  });

  test('of the time of functions is read by their names', () => {
    const { transcript } = Transcript.repair([
      hi,
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'ok' },
    ]);
    expect(transcript.turns[2]).toMatchObject({
      results: [{ status: 'ok', parts: [{ text: 'ok' }] }],
    });
  });

  test('gives calls ids of its own, so that repeated ones do no harm', () => {
    const { transcript } = Transcript.repair([hi, asks('a'), gives('a'), asks('a'), gives('a')]);
    const ids = transcript.turns.flatMap((turn) =>
      turn.role === 'tool' ? turn.results.map(({ callId }) => callId) : [],
    );
    expect(new Set(ids).size).toBe(2);
  });

  test('keeps its images where there is a store for them, and says where there is none', () => {
    const url = `data:image/png;base64,${Buffer.from(tinyPng).toString('base64')}`;
    const shows = { role: 'user', content: [{ type: 'image_url', image_url: { url } }] };
    const kept = Transcript.repair([shows], { blobs: memoryBlobStore() });
    expect(kept.transcript.turns[0]).toMatchObject({ inputs: [{ parts: [{ type: 'image' }] }] });
    expect(kept.changes).toEqual([]);
    expect(changesOf([shows])).toEqual([['replaced-image', 0]]);
  });

  test.each<[string, unknown]>([
    ['no list', 'Hi'],
    ['a message that is none', [null]],
    ['a role that nobody has', [{ role: 'narrator', content: 'Once' }]],
    ['content of no kind', [{ role: 'user', content: 7 }]],
    ['a part of no kind', [{ role: 'user', content: [{ type: 'audio' }] }]],
  ])('that is %s is refused', (_what, messages) => {
    expect(() => Transcript.repair(messages as unknown[])).toThrow(
      expect.objectContaining({ code: 'invalid_state' }),
    );
  });

  test('of any kind becomes a lawful transcript, and says why it was changed', () => {
    const property = fc.property(arbitraryHistory(gemma3), (messages) => {
      const { transcript, changes } = Transcript.repair(messages);
      expect(Transcript.fromJSON(plainJson(transcript)).turns).toEqual(transcript.turns);
      for (const { detail, index } of changes) {
        expect(detail).not.toBe('');
        expect(index).toBeLessThanOrEqual(messages.length);
      }
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});

describe('an exported conversation', () => {
  const one = call('1.0', 'add', { a: 1 });
  const transcript = Transcript.of([
    user('Add.'),
    calls(one),
    results([result(one, '1')], user('Quick!')),
    answer('1'),
  ]);

  test('is a list of OpenAI-style messages', () => {
    expect(transcript.toOpenAI({ instructions: 'Be brief.' })).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Add.' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: '1.0', type: 'function', function: { name: 'add', arguments: '{"a":1}' } },
        ],
      },
      { role: 'tool', tool_call_id: '1.0', content: '1' },
      { role: 'user', content: 'Quick!' },
      { role: 'assistant', content: '1' },
    ]);
  });

  test('is read back as it was, but for the ids of its calls', () => {
    const read = Transcript.repair(transcript.toOpenAI()).transcript;
    const withoutIds = JSON.stringify(read).replaceAll('history.1', '1.0');
    expect(JSON.parse(withoutIds)).toEqual(plainJson(transcript));
  });

  test('asks how its images are to be said', () => {
    const image = { sha256: 'f00d', mediaType: 'image/png', width: 1, height: 1 };
    const shown = Transcript.empty().user([{ type: 'image', image }]);
    expect(() => shown.toOpenAI()).toThrow(expect.objectContaining({ code: 'invalid_options' }));
    expect(shown.toOpenAI({ imageUrl: ({ sha256 }) => `https://example.com/${sha256}` })).toEqual([
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: 'https://example.com/f00d' } }],
      },
    ]);
  });
});
