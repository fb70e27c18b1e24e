import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createColours } from '../src/index.ts';

const terminal = Object.assign(new PassThrough(), { isTTY: true });

test('a terminal has colours', () => {
  const { red } = createColours({ output: terminal, variables: {} });
  expect(red('a')).not.toBe('a');
});

test.each([
  ['the output is not a terminal', { output: new PassThrough(), variables: {} }],
  ['NO_COLOR is set', { output: terminal, variables: { NO_COLOR: '1' } }],
  ['the terminal is dumb', { output: terminal, variables: { TERM: 'dumb' } }],
])('there are no colours if %s', (_condition, environment) => {
  expect(createColours(environment).red('a')).toBe('a');
});
