import { expect, test } from '@jest/globals';
import { transcriptDigest } from '../../src/run/request/transcript-digest.ts';
import type { Turn } from '../../src/turns/turn.ts';

const says = (text: string): Turn => ({
  role: 'user',
  inputs: [{ parts: [{ type: 'text', text }] }],
});

test('the digest of a conversation depends on every turn, also if a turn was part of another one', () => {
  const [first, other, last] = [says('One.'), says('Two.'), says('Three.')];
  const digest = transcriptDigest([first, last]);
  expect(transcriptDigest([other, last])).not.toBe(digest);
  expect(transcriptDigest([first, last])).toBe(digest);
  expect(transcriptDigest([first])).not.toBe(digest);
  expect(transcriptDigest(JSON.parse(JSON.stringify([first, last])))).toBe(digest);
});
