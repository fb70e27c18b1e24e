import fc from 'fast-check';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { anyScenario } from './arbitrary-scenario.ts';
import { type Played, playScenario, type Scenario } from './play-scenario.ts';
import { passTime } from './stopped-time.ts';

/** Runs random scenarios and checks each one; fast-check shrinks a failing one. */
export async function playMany(
  check: (played: Played, scenario: Scenario) => void | Promise<void>,
  scenarios: fc.Arbitrary<Scenario> = anyScenario(),
): Promise<void> {
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    await check(await playScenario(scenario, passTime), scenario);
  });
  await fc.assert(property, { numRuns: propertyRuns });
}

/** Milliseconds that a test of a thousand scenarios may take on a busy machine. */
export const manyScenarios = 120_000;
