import { beforeAll, expect, test } from '@jest/globals';
import * as doctor from '@turnwise/core/doctor';
import { startModelServer } from '../support/model-server.ts';
import { repliesText } from '../support/routed-server.ts';

const { measuredThings, printReport, probeProfile } = doctor;

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
