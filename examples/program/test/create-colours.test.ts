import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createColours } from '../src/index.ts';

const terminal = Object.assign(new PassThrough(), { isTTY: true });

test('there are colours on a terminal', () => {
  const { red } = createColours({ output: terminal, environment: {} });
  expect(red('a')).not.toBe('a');
});

test.each([
  ['the output is no terminal', { output: new PassThrough(), environment: {} }],
  ['NO_COLOR is set', { output: terminal, environment: { NO_COLOR: '1' } }],
  ['the terminal is dumb', { output: terminal, environment: { TERM: 'dumb' } }],
])('there are none where %s', (_where, surroundings) => {
  expect(createColours(surroundings).red('a')).toBe('a');
});
