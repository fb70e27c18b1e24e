import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { loadTaskSet, selectTasks } from '../../src/solve/load-task-set.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../support/${name}`, import.meta.url));

test('a file of tasks about any world is loaded, and every world is fresh', async () => {
  const set = await loadTaskSet(fixture('lamp-tasks.mjs'));
  const { state, tools } = set.makeWorld();
  await tools[0]?.execute({ lamp: 'hall', to: 'on' });
  expect(state).toEqual({ hall: 'on', attic: 'off' });
  expect(set.makeWorld().state).toEqual({ hall: 'off', attic: 'off' });
  expect(set.instructions).toBe('You switch the lamps of a flat.');
});

test('tasks are selected by their ids', async () => {
  const set = await loadTaskSet(fixture('lamp-tasks.mjs'));
  expect(selectTasks(set, ['form', 'hall']).map(({ id }) => id)).toEqual(['hall', 'form']);
  expect(() => selectTasks(set, ['cellar'])).toThrow(
    /Unknown task "cellar". Available: hall, both/,
  );
});

test.each([
  ['broken-tasks.mjs', /has a task that is incomplete: .*"one"/],
  ['temporary-folder.ts', /exports no function "make…\(\)"/],
  ['missing.mjs', /cannot be loaded/],
])('the file %s is refused with the reason', async (name, message) => {
  await expect(loadTaskSet(fixture(name))).rejects.toMatchObject({
    code: 'tasks_invalid',
    message: expect.stringMatching(message),
  });
});
