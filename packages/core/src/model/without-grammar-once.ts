import { ModelError } from '../errors.ts';
import type { DetectedProfile } from '../profile/detect-profile.ts';
import { withoutGrammar } from '../profile/fallback-profile.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import { shortenToLine } from '../shorten.ts';
import type { ModelRequest } from './model.ts';
import type { Form } from './request-reply.ts';

/** The form without a grammar, for one request, if the server cannot make a grammar of the schemas of this one. */
export function withoutGrammarOnce(
  current: Form,
  request: ModelRequest,
  thrown: unknown,
): Form | undefined {
  if (current.before !== undefined) return undefined;
  const plain = plainProfile(current.profile, request, thrown);
  return plain && { ...plain, before: current };
}

/** The profile to send a request again without a grammar; `undefined` if no grammar was the reason of the failure. */
function plainProfile(
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
