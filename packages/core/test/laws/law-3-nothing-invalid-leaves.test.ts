import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { arbitraryScenario } from '../support/arbitrary-scenario.ts';
import { manyScenarios, playMany } from '../support/play-many.ts';
import type { Played, Scenario } from '../support/play-scenario.ts';
import { keepTimers, stopTime } from '../support/stopped-time.ts';
import { findWireProblem } from '../support/wire-rules.ts';

const { gemma3 } = profiles;

beforeAll(stopTime);
afterAll(keepTimers);

let sent = 0;

function checkRequests({ transport, runs }: Played, { profile }: Scenario): void {
  sent += transport.requests.length;
  for (const { body } of transport.requests) {
    expect(findWireProblem(body.messages, profile)).toBeUndefined();
  }
  // The gate would have thrown: nothing may even get that far.
  const codes = runs.map(({ end }) => (end instanceof Error ? end.code : end.status));
  expect(codes).not.toContain('turn_order');
}

test(
  'Gemma 3 only gets messages that its template accepts',
  async () => {
    sent = 0;
    await playMany(checkRequests, arbitraryScenario(gemma3));
    expect(sent).toBeGreaterThan(propertyRuns / 2);
  },
  manyScenarios,
);

test(
  'every model only gets messages that its template accepts',
  async () => {
    sent = 0;
    await playMany(checkRequests);
    expect(sent).toBeGreaterThan(propertyRuns / 2);
  },
  manyScenarios,
);
