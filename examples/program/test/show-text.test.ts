import { describe, expect, test } from '@jest/globals';
import { showLine, showText } from '../src/index.ts';

describe('showText', () => {
  test('shows control characters as escapes and keeps line ends and tabs', () => {
    expect(showText('a\u001b[31m\u0007\u009b1m\r\n\tb\rc')).toBe(
      'a\\u001b[31m\\u0007\\u009b1m\n\tb\\rc',
    );
  });

  test('shows marks that turn the reading direction', () => {
    expect(showText('abc\u202etxt.exe')).toBe('abc\\u202etxt.exe');
  });

  test('keeps letters of every script, and emoji', () => {
    const text = 'Grüße, 你好, नमस्ते, 👩‍👩‍👧';
    expect(showText(text)).toBe(text);
  });
});

test('showLine gives one line', () => {
  expect(showLine('a\nb\r\n\tc\u2028d')).toBe('a\\nb\\r\\n\\tc\\u2028d');
});
