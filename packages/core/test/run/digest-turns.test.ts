import { expect, test } from '@jest/globals';
import { digestTurns } from '../../src/run/request/digest-turns.ts';
import type { Turn } from '../../src/turns/turn.ts';

const says = (text: string): Turn => ({
  role: 'user',
  inputs: [{ parts: [{ type: 'text', text }] }],
});

test('the digest of a conversation depends on every turn, also if a turn was part of another one', () => {
  const [first, other, last] = [says('One.'), says('Two.'), says('Three.')];
  const whole = digestTurns([first, last]);
  const digests = (known: typeof whole) =>
    [[first, last], [other, last], [first], [first, last, other]].map(
      (turns) => digestTurns(turns, known).digest,
    );
  expect(new Set(digests(whole)).size).toBe(4);
  for (const known of [digestTurns([]), digestTurns([first]), digestTurns([other, last])]) {
    expect(digests(known)).toEqual(digests(whole));
  }
  expect(digestTurns(JSON.parse(JSON.stringify([first, last]))).digest).toBe(whole.digest);
});
