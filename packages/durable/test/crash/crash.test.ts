import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deskCases } from '../../../../scripts/desk-cases.ts';
import { randomKills } from './crash-plans.ts';
import {
  buildCrashChild,
  type CrashReport,
  makeProgramFolder,
  runWithKills,
} from './run-with-kills.ts';

let folder: string;
let program: string;
let whole: CrashReport;

beforeAll(async () => {
  folder = await makeProgramFolder();
  program = await buildCrashChild(folder);
  whole = await runWithKills(program, []);
});

afterAll(async () => await rm(folder, { recursive: true }));

test('a run that is not killed pays everything once', () => {
  expect(whole).toMatchObject({ kills: 0, inDoubt: [], problems: [] });
  expect(whole.end).toContain('Everything is paid.');
});

test.each(deskCases([1, 2, 3, 4], 2))(
  'a run that is killed five times ends as the run that was not (seed %d)',
  async (seed) => {
    const report = await runWithKills(program, randomKills(seed, { kills: 5 }));
    expect(report).toMatchObject({ kills: 5, problems: [], end: whole.end });
  },
);

test('a payment that was killed in the middle is in doubt once, and is made once', async () => {
  const reports: CrashReport[] = [];
  // The payment of the first step writes its intent, and then its result.
  for (const write of [4, 5]) {
    reports.push(await runWithKills(program, [{ when: 'before', write }]));
  }
  const doubts = reports.flatMap(({ inDoubt }) => inDoubt);
  expect(doubts.length).toBeGreaterThan(0);
  expect(new Set(doubts)).toEqual(new Set(['in-doubt 1.1']));
  for (const report of reports) expect(report).toMatchObject({ problems: [], end: whole.end });
});
