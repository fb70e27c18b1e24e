import fc from 'fast-check';
import type { ModelProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { arbitraryInput, arbitraryReply, arbitraryText } from './arbitrary-conversation.ts';
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

/** Chat messages in any order, as other programs leave them. */
export function arbitraryHistory(profile: ModelProfile): fc.Arbitrary<readonly unknown[]> {
  const text = arbitraryText(profile);
  const id = fc.constantFrom('a', 'b', '');
  const call = fc
    .tuple(id, text)
    .map(([callId, input]) => ({ id: callId, function: { name: 'echo', arguments: input } }));
  const message = fc.oneof(
    text.map((content) => ({ role: 'user', content })),
    text.map((content) => ({ role: 'assistant', content })),
    text.map((content) => ({ role: 'system', content })),
    fc
      .tuple(text, fc.array(call, { maxLength: 2 }))
      .map(([content, tool_calls]) => ({ role: 'assistant', content, tool_calls })),
    fc.tuple(id, text).map(([tool_call_id, content]) => ({ role: 'tool', tool_call_id, content })),
    fc.constant({ role: 'assistant', content: null }),
  );
  return fc.array(message, { maxLength: 6 });
}
