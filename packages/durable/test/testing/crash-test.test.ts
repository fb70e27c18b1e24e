import { expect, test } from '@jest/globals';
import { crashTest } from '@turnwise/durable/testing';
import { type DeskLog, desk, type Reply } from '../support/desk.ts';

const script: readonly Reply[] = [
  [
    ['look', { order: 'A' }],
    ['pay', { order: 'A', euros: 20 }],
  ],
  [['pay', { order: 'B', euros: 90 }]],
  'Both are paid.',
];

test('an agent ends as without a crash, if it is cut at every write', async () => {
  const report = await crashTest(desk(script), { input: 'Pay A and B.' });
  expect(report.kills).toBeGreaterThan(20);
  expect(report.inDoubt).toBeGreaterThan(0);
});

test('an input that is missing is refused', async () => {
  const code = 'invalid_options';
  await expect(crashTest(desk(script), undefined as never)).rejects.toMatchObject({ code });
  await expect(crashTest(desk(script), {} as never)).rejects.toMatchObject({ code });
});

test('the number of cuts can be limited', async () => {
  const report = await crashTest(desk(script), { input: 'Pay A and B.', kills: 4 });
  expect(report).toMatchObject({ kills: 4 });
});

test('a model that is not a function of the conversation is found', async () => {
  const log: DeskLog = { done: [], requests: 0 };
  const changing = desk(script, { log, replyOf: () => `${log.requests}` });
  await expect(crashTest(changing, { input: 'Pay.' })).rejects.toMatchObject({
    name: 'AssertionError',
  });
});
