import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RestateServer, startRestateServer } from '@turnwise/durable/testing';
import { randomKills } from '../crash/crash-plans.ts';
import { runOnRestate } from '../crash/run-on-restate.ts';
import { buildCrashChild, type CrashReport, makeProgramFolder } from '../crash/run-with-kills.ts';
import { testMissingProgram } from '../support/test-missing-program.ts';

const server = await startRestateServer();
let folder: string;
let program: string;
let whole: CrashReport;

beforeAll(async () => {
  folder = await makeProgramFolder();
  program = await buildCrashChild(folder, 'restate-worker');
  if (server !== undefined) whole = await runOnRestate(program, server, []);
});

afterAll(async () => {
  await server?.close();
  await rm(folder, { recursive: true });
});

if (server === undefined) testMissingProgram();
else {
  describeCrashes(server);
}

function describeCrashes(running: RestateServer): void {
  test('a run whose workers are killed 6 times ends as the run that was not disturbed', async () => {
    expect(whole).toMatchObject({ kills: 0, inDoubt: [], problems: [] });
    expect(whole.end).toContain('Everything is paid.');
    const report = await runOnRestate(program, running, randomKills(2, { kills: 6 }));
    expect(report).toMatchObject({ problems: [], end: whole.end });
    expect(report.kills).toBeGreaterThan(3);
  });

  test('a payment whose worker is killed inside of it is in doubt once, and is made once', async () => {
    // The request and the question whether the payment needs approval come first, and the two tools are the next two.
    const report = await runOnRestate(program, running, [{ when: 'inside', write: 4 }]);
    expect(report).toMatchObject({ kills: 1, problems: [], end: whole.end });
    expect(report.inDoubt).toEqual(['in-doubt 1.1']);
  });
}
