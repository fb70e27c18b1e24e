import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runExample, runMain } from '../src/index.ts';
import { testEnvironment } from '../src/testing/index.ts';

const examples = join(import.meta.dirname, '../..');

async function run(...given: readonly string[]) {
  const environment = testEnvironment({ arguments: given });
  const code = await runMain((these) => runExample(these, { examples }), environment);
  return { code, output: environment.outputText, errors: environment.errorText };
}

test('without a name, every example is listed with the description of its package', async () => {
  const { code, output } = await run();
  const manifest = readFileSync(join(examples, 'quickstart/package.json'), 'utf8');
  expect(code).toBe(0);
  // The names are padded to the longest one.
  expect(output.replace(/ +/g, ' ')).toContain(`quickstart ${JSON.parse(manifest).description}\n`);
  expect(output).toMatch(/^ {2}chat +\S/m);
  expect(output).not.toMatch(/^ {2}program /m);
});

test('a name runs that example with the other arguments', async () => {
  expect((await run('quickstart', '--help')).output).toMatch(/^Usage: pnpm start/);
});

test('an unknown name is refused with the list of examples', async () => {
  const { code, errors } = await run('quickstrat');
  expect(code).toBe(1);
  expect(errors).toMatch(/^Unknown example "quickstrat"\. Available: .*chat.*quickstart.*\.\n$/);
});

test('a path is not a name', async () => {
  expect((await run('../examples/chat')).code).toBe(1);
});
