import type { Dialect } from '../dialect/dialect.ts';
import type { JsonObject } from '../json.ts';
import { memoize } from '../memoize.ts';
import { imageTokens } from '../profile/image-tokens.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import type { Transport } from '../transport/transport.ts';
import { createEncoder } from './encoder.ts';
import { markFollowsSignal } from './follows-signal.ts';
import type { Model } from './model.ts';
import { type FormChoice, requestReply } from './request-reply.ts';

/** The parts of a model. */
export interface DialectModelParts {
  readonly transport: Transport;
  readonly profile: ModelProfile;
  /** @default the dialect of the profile */
  readonly dialect?: Dialect;
  /** What to do if the server refuses the form of a request. @default the request fails */
  readonly afterFailure?: FormChoice['afterFailure'];
  /** Fields for every request of a conversation, such as a `cache_salt`. */
  readonly conversationFields?: ((conversationId: string) => JsonObject) | undefined;
}

/** A model that encodes requests in one dialect and sends them over a transport, after a check of the message order. */
export function dialectModel(parts: DialectModelParts): Model {
  const { transport, profile, conversationFields, afterFailure = noOther } = parts;
  const own = createEncoder(profile, parts.dialect);
  const other = memoize((changed: ModelProfile) => createEncoder(changed));
  const form = { profile, why: 'The profile is an option of the model.' };
  const choice = {
    first: () => form,
    announce: () => undefined,
    afterFailure,
    canGuide: () => false,
  };
  const requestParts = {
    transport,
    conversationFields,
    choice,
    encoderFor: (used: ModelProfile) => (used === profile ? own : other(used)),
  };
  return {
    id: transport.model,
    checkTools: (tools) => own.dialect.checkTools(tools),
    learnProfile: () => profile,
    imageTokens: (image) => imageTokens(profile.images, image),
    request: markFollowsSignal((request, signal) => requestReply(requestParts, request, signal)),
  };
}

const noOther = () => undefined;
