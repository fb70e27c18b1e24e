import fc from 'fast-check';
import { anyScenario } from './arbitrary-scenario.ts';
import { type Played, playScenario, type Scenario } from './play-scenario.ts';
import { passTime } from './stopped-time.ts';

/** Plays a thousand scenarios and has each of them checked; a failing one is shown as small as it can be made. */
export async function playMany(
  check: (played: Played, scenario: Scenario) => void | Promise<void>,
  scenarios: fc.Arbitrary<Scenario> = anyScenario(),
): Promise<void> {
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    await check(await playScenario(scenario, passTime), scenario);
  });
  await fc.assert(property, { numRuns: 1_000 });
}

/** Milliseconds that a test of a thousand scenarios may take on a busy machine. */
export const manyScenarios = 120_000;
