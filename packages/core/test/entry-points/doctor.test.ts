import { beforeAll, expect, test } from '@jest/globals';
import * as doctor from '@turnwise/core/doctor';
import { startModelServer } from '../support/model-server.ts';
import { repliesText } from '../support/routed-server.ts';

const { measuredThings, printMeasurement, printReport, printTrial, probeProfile } = doctor;

let report: doctor.ServerReport;

beforeAll(async () => {
  await using server = await startModelServer(repliesText('Hello.'));
  report = await probeProfile({ baseURL: server.baseURL, model: 'gemma-3' });
});

/** One use of each exported value: an export without a use does not compile. */
const uses: Record<keyof typeof doctor, () => void> = {
  measuredThings: () => {
    expect(report.measurements.map(({ thing }) => thing)).toEqual(measuredThings);
  },
  printMeasurement: () => {
    const { measurements } = report;
    expect(measurements.map(printMeasurement)[0]).toMatch(/^system role +(yes|no)/);
  },
  printTrial: () => {
    const trial = { task: 'sale', dialect: 'guided', isSolved: true, inputTokens: 90 } as const;
    expect(printTrial(trial)).toMatch(/^task "sale" +solved +guided$/);
  },
  printReport: () => {
    expect(printReport(report)).toContain(report.code);
  },
  probeProfile: () => {
    expect(report.profile.dialect).toBe('prompted');
  },
};

test.each(Object.keys(doctor) as (keyof typeof doctor)[])('%s', (name) => {
  uses[name]();
});

test('these are all values of @turnwise/core/doctor', () => {
  expect(Object.keys(doctor).sort()).toEqual(Object.keys(uses).sort());
});
