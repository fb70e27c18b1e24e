import { ModelError } from '../errors.ts';
import type { DetectedProfile } from '../profile/detect-profile.ts';
import { withoutGrammar } from '../profile/fallback-profile.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import { shortenToLine } from '../shorten.ts';
import { followsSignal } from './follows-signal.ts';
import type { Model, ModelRequest } from './model.ts';

/**
 * A model with this profile. If the server cannot make a grammar of the schemas of a request, that request is sent again
 * without a grammar, once, after a `dialect-changed`. The next request has the grammar again.
 */
export function resendWithoutGrammar(
  profile: ModelProfile,
  createModel: (profile: ModelProfile) => Model,
): Model {
  const model = createModel(profile);
  return {
    ...model,
    request: followsSignal(async function* (request, signal) {
      let thrown: unknown;
      try {
        return yield* model.request(request, signal);
      } catch (error) {
        thrown = error;
      }
      const plain = plainProfile(profile, request, thrown);
      if (plain === undefined) throw thrown;
      yield {
        type: 'dialect-changed',
        from: profile.dialect,
        to: plain.profile.dialect,
        profile: plain.profile.id,
        why: plain.why,
      };
      const reply = yield* createModel(plain.profile).request(request, signal);
      return { ...reply, requests: 2, isOnce: true };
    }),
  };
}

/** The profile to send a request again without a grammar; `undefined` if no grammar was the reason of the failure. */
export function plainProfile(
  profile: ModelProfile,
  { phase }: Pick<ModelRequest, 'phase'>,
  thrown: unknown,
): DetectedProfile | undefined {
  if (!(thrown instanceof ModelError) || thrown.details.kind !== 'schema-unsupported') return;
  const plain = withoutGrammar(profile, { offersTools: phase === 'act' });
  if (plain === undefined) return undefined;
  const { serverMessage = thrown.message } = thrown.details;
  return {
    profile: plain,
    why: `The server answered: "${shortenToLine(serverMessage, 160)}" This request is sent again without a grammar.`,
  };
}
