import fc from 'fast-check';
import type { ModelProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { arbitraryInput, arbitraryReply } from './arbitrary-conversation.ts';
import { arbitraryHistory } from './arbitrary-history.ts';
import type { Scenario } from './play-scenario.ts';
import { testedProfiles } from './profiles.ts';

const { gemma3 } = profiles;

/** Conversations of one to three runs with any interruption. */
export function arbitraryScenario(profile: ModelProfile): fc.Arbitrary<Scenario> {
  return fc.record({
    profile: fc.constant(profile),
    history: fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: arbitraryHistory(profile) },
    ),
    inputs: fc.array(arbitraryInput(profile), { minLength: 1, maxLength: 3 }),
    replies: fc.array(arbitraryReply(profile), { maxLength: 8 }),
    interruptions: fc.array(
      fc.record({
        at: fc.nat(60),
        kind: fc.constantFrom('abort' as const, 'steer' as const, 'leave' as const),
      }),
      { maxLength: 3 },
    ),
    approvals: fc.array(fc.boolean(), { maxLength: 3 }),
    maxSteps: fc.integer({ min: 1, max: 6 }),
  });
}

/** Scenarios of every tested profile, Gemma 3 twice as often. */
export function anyScenario(): fc.Arbitrary<Scenario> {
  return fc.constantFrom(gemma3, ...testedProfiles).chain(arbitraryScenario);
}
