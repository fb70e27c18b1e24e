import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as tools from '@turnwise/tools';
import { runTool } from './run-tool.ts';

const { calculator, files } = tools;

/** One use of each exported value: an export without a use does not compile. */
const uses: Record<keyof typeof tools, () => Promise<void>> = {
  calculator: async () => {
    expect(await runTool(calculator(), { expression: '17% of 42' })).toContain('7.14');
  },
  files: async () => {
    const root = await mkdtemp(join(tmpdir(), 'entry-point-'));
    await writeFile(join(root, 'notes.txt'), 'one\ntwo\n');
    const [list] = files({ root });
    if (list === undefined) throw new Error('files() returned no tool.');
    expect(await runTool(list, {})).toContain('notes.txt');
    await rm(root, { recursive: true });
  },
};

test.each(Object.keys(tools) as (keyof typeof tools)[])('%s', async (name) => {
  await uses[name]();
});

test('these are all values of @turnwise/tools', () => {
  expect(Object.keys(tools).sort()).toEqual(Object.keys(uses).sort());
});
