import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runMain } from '@turnwise-examples/program';
import { testEnvironment } from '@turnwise-examples/program/testing';
import { main } from '../src/main.ts';
import { recordRun } from '../src/record-run.ts';

test('docs/wire-log.md is what `pnpm --silent example wire-log` prints', async () => {
  const environment = testEnvironment();
  expect(await runMain(main, environment)).toBe(0);
  const page = readFileSync(join(import.meta.dirname, '../../../docs/wire-log.md'), 'utf8');
  expect(environment.outputText).toBe(page);
});

test.each(['native', 'prompted'] as const)('a %s run takes three requests', async (dialect) => {
  const exchanges = await recordRun(dialect);
  expect(exchanges.map(({ turn }) => turn.kind)).toEqual(['calls', 'calls', 'text']);
});

test('arguments are refused with exit code 2', async () => {
  const environment = testEnvironment({ arguments: ['--native'] });
  expect(await runMain(main, environment)).toBe(2);
});
