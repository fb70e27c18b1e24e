import { describe, expect, test } from '@jest/globals';
import { createHoldBack } from '../../../src/dialect/salvage/hold-back.ts';
import { weatherNames } from './weather-tools.ts';

/** The text shown after each piece, and the text still held at the end. */
function stream(pieces: readonly string[]): { shown: string[]; held: string } {
  const holdBack = createHoldBack(weatherNames);
  return { shown: pieces.map((piece) => holdBack.push(piece)), held: holdBack.held };
}

describe('prose', () => {
  test('is shown piece by piece', () => {
    const pieces = ['The wea', 'ther in', ' Paris', ' is **fine**', ', 20 % (really)', '!\n\nBye.'];
    expect(stream(pieces)).toEqual({ shown: pieces, held: '' });
  });

  test('is held only while a call may begin, and is released as soon as none does', () => {
    expect(stream(['See [', '1', '] or', ' [Open', 'AI](https://x.org)']).shown).toEqual([
      'See ',
      '',
      '[1] or',
      ' ',
      '[OpenAI](https://x.org)',
    ]);
    expect(stream(['a < b', ', <', 'b>']).shown).toEqual(['a < b', ', ', '<b>']);
    expect(stream(['{', '"city"', ': 1}']).shown).toEqual(['', '{"city"', ': 1}']);
  });

  test('a name at the start of a line is held while it may be the name of an active tool', () => {
    expect(stream(['get', '_we', 'ather', ' is', ' a tool']).shown.join('')).toBe(
      'get_weather is a tool',
    );
    expect(stream(['get', '_we']).held).toBe('get_we');
    expect(stream(['It is get', '_we']).held).toBe('');
  });

  test('code without calls is shown as soon as that is clear', () => {
    const { shown } = stream([
      '```',
      'python\n',
      'import x',
      '\n',
      '[get_time()]',
      '\n```\n',
      'ok',
    ]);
    expect(shown.slice(0, 2).join('')).toBe('');
    expect(shown.join('')).toBe('```python\nimport x\n[get_time()]\n```\nok');
    expect(stream(['```js\n', 'let ', 'a = [get_time()]', ';']).shown).toEqual([
      '```js\n',
      'let ',
      'a = [get_time()]',
      ';',
    ]);
  });

  test('a call inside a sentence is released', () => {
    expect(stream(['[get_time()]', ' is', ' a call']).shown.join('')).toBe(
      '[get_time()] is a call',
    );
  });

  test('everything after an invented tool result is prose', () => {
    const { shown, held } = stream(['<tool_res', 'ponse>', '[get_time()]']);
    expect([shown.join(''), held]).toEqual(['<tool_response>[get_time()]', '']);
  });
});

describe('calls', () => {
  test.each([
    ['Let me see.\n', '[get_weather(city="Paris")]'],
    ['Let me see: ', 'get_weather(city="Paris")'],
    ['', '```tool_code\nget_time()\n```\nDone.'],
    ['Ok. ', '<tool_call>{"name": "get_time", "arguments": {}}</tool_call> And more.'],
    ['', '{"name": "get_time", "arguments": {}}'],
    ['', 'call:get_time{}'],
    ['', '[get_weather(city="Par'],
    ['', '{"response": "Sunny."}'],
  ])('after %j, %j is held, for every size of the pieces', (prose, call) => {
    for (const size of [1, 2, 3, 7, 1000]) {
      const text = prose + call;
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      const { shown, held } = stream(pieces);
      expect([shown.join(''), held]).toEqual([prose, call]);
    }
  });

  test('a long text can arrive one character at a time', () => {
    const holdBack = createHoldBack(weatherNames);
    const text = `[get_weather(city="${'a'.repeat(100_000)}")]`;
    const shown = [...text].map((character) => holdBack.push(character)).join('');
    expect(shown + holdBack.held).toBe(text);
  });
});
