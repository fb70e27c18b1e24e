import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { memoryBlobStore } from '../../src/turns/blob-store.ts';
import type { HistoryChange } from '../../src/turns/history-change.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { arbitraryHistory } from '../support/arbitrary-history.ts';
import { answer, call, calls, result, results, user } from '../support/encode-turns.ts';
import { plainJson } from '../support/play-scenario.ts';
import { tinyPng } from '../support/tiny-image.ts';

const { gemma3 } = profiles;

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

describe('an imported history', () => {
  test.each<[string, readonly unknown[], string, readonly [HistoryChange['kind'], number][]]>([
    [
      'a valid history is not changed',
      [hi, asks('a'), gives('a'), hello],
      'user, calls, tool, text',
      [],
    ],
    ['two messages of the user become one turn', [hi, hi], 'user', [['merged-user', 1]]],
    [
      'two texts of the assistant become one',
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
      'later system messages and developer messages become instructions too',
      [hi, { role: 'developer', content: 'Be kind.' }, hello],
      'user, text',
      [['folded-system', 1]],
    ],
    [
      'a user turn is added before an assistant message at the start',
      [hello],
      'user, text',
      [['inserted-user', 0]],
    ],
    [
      'a call without a result is cancelled',
      [hi, asks('a'), hi],
      'user, calls, tool',
      [
        ['answered-call', 2],
        ['joined-input', 2],
      ],
    ],
    [
      'a call without a result at the end is cancelled too',
      [hi, asks('a')],
      'user, calls, tool',
      [['answered-call', 2]],
    ],
    [
      'one of two calls without a result is cancelled',
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
      'a result after an input is moved to its call',
      [hi, asks('a'), hi, gives('a')],
      'user, calls, tool',
      [
        ['joined-input', 2],
        ['moved-result', 3],
      ],
    ],
    [
      'an input after results is added to their turn',
      [hi, asks('a'), gives('a'), hi],
      'user, calls, tool',
      [['joined-input', 3]],
    ],
    [
      'text next to calls is split off',
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

  test('keeps the text next to calls as reasoning, and the change contains it', () => {
    const { transcript, changes } = Transcript.repair([hi, { ...asks('a'), content: 'Hm.' }]);
    expect(transcript.turns[1]).toMatchObject({ kind: 'calls', reasoning: 'Hm.' });
    expect(changes).toContainEqual({ kind: 'split-text', index: 1, detail: 'Hm.' });
  });

  test('joins its system messages', () => {
    const system = (content: string) => ({ role: 'system', content });
    expect(Transcript.repair([system('One.'), hi, system('Two.')]).instructions).toBe(
      'One.\n\nTwo.',
    );
  });

  test('keeps the text of arguments that cannot be parsed', () => {
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

  test('with legacy function messages matches results by name', () => {
    const { transcript } = Transcript.repair([
      hi,
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'ok' },
    ]);
    expect(transcript.turns[2]).toMatchObject({
      results: [{ status: 'ok', parts: [{ text: 'ok' }] }],
    });
  });

  test('gets new call ids, so that repeated ids cause no conflict', () => {
    const { transcript } = Transcript.repair([hi, asks('a'), gives('a'), asks('a'), gives('a')]);
    const ids = transcript.turns.flatMap((turn) =>
      turn.role === 'tool' ? turn.results.map(({ callId }) => callId) : [],
    );
    expect(new Set(ids).size).toBe(2);
  });

  test('keeps images if there is a blob store, and reports them as replaced if not', () => {
    const url = `data:image/png;base64,${Buffer.from(tinyPng).toString('base64')}`;
    const shows = { role: 'user', content: [{ type: 'image_url', image_url: { url } }] };
    const kept = Transcript.repair([shows], { blobs: memoryBlobStore() });
    expect(kept.transcript.turns[0]).toMatchObject({ inputs: [{ parts: [{ type: 'image' }] }] });
    expect(kept.changes).toEqual([]);
    expect(changesOf([shows])).toEqual([['replaced-image', 0]]);
  });

  test.each<[string, unknown]>([
    ['not a list', 'Hi'],
    ['a list with null', [null]],
    ['a message of an unknown role', [{ role: 'narrator', content: 'Once' }]],
    ['a message whose content is a number', [{ role: 'user', content: 7 }]],
    ['a message with an unknown part', [{ role: 'user', content: [{ type: 'audio' }] }]],
  ])('that is %s is refused', (_what, messages) => {
    expect(() => Transcript.repair(messages as unknown[])).toThrow(
      expect.objectContaining({ code: 'invalid_state' }),
    );
  });

  test('always becomes a valid transcript, and each change has a detail', () => {
    const property = fc.property(arbitraryHistory(gemma3), (messages) => {
      const { transcript, changes } = Transcript.repair(messages);
      expect(Transcript.fromJSON(plainJson(transcript)).turns).toEqual(transcript.turns);
      for (const { detail, index } of changes) {
        expect(detail).not.toBe('');
        expect(index).toBeLessThanOrEqual(messages.length);
      }
    });
    fc.assert(property, { numRuns: propertyRuns });
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

  test('is imported unchanged, except for the call ids', () => {
    const read = Transcript.repair(transcript.toOpenAI()).transcript;
    const withoutIds = JSON.stringify(read).replaceAll('history.1', '1.0');
    expect(JSON.parse(withoutIds)).toEqual(plainJson(transcript));
  });

  test('needs a URL for each image', () => {
    const image = { sha256: 'f00d'.repeat(16), mediaType: 'image/png', width: 1, height: 1 };
    const shown = Transcript.empty().user([{ type: 'image', image }]);
    expect(() => shown.toOpenAI()).toThrow(expect.objectContaining({ code: 'invalid_options' }));
    expect(
      shown.toOpenAI({ imageUrl: ({ sha256 }) => `https://example.com/${sha256.slice(0, 4)}` }),
    ).toEqual([
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: 'https://example.com/f00d' } }],
      },
    ]);
  });
});
