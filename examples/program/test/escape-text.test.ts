import { describe, expect, test } from '@jest/globals';
import { escapeLine, escapeText } from '../src/index.ts';

describe('escapeText', () => {
  test('replaces control characters with escapes and keeps line ends and tabs', () => {
    expect(escapeText('a\u001b[31m\u0007\u009b1m\r\n\tb\rc')).toBe(
      'a\\u001b[31m\\u0007\\u009b1m\n\tb\\rc',
    );
  });

  test('replaces characters that change the reading direction', () => {
    expect(escapeText('abc\u202etxt.exe')).toBe('abc\\u202etxt.exe');
  });

  test('keeps letters of every script, and emoji', () => {
    const text = 'Grüße, 你好, नमस्ते, 👩‍👩‍👧';
    expect(escapeText(text)).toBe(text);
  });
});

test('escapeLine returns one line', () => {
  expect(escapeLine('a\nb\r\n\tc\u2028d')).toBe('a\\nb\\r\\n\\tc\\u2028d');
});
