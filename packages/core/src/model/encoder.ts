import { createDialect } from '../dialect/create-dialect.ts';
import type { Dialect } from '../dialect/dialect.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import { type EstimatePrompt, promptEstimator } from './estimate-prompt.ts';

/** What encodes and parses the requests of one profile. */
export interface Encoder {
  readonly profile: ModelProfile;
  readonly dialect: Dialect;
  readonly estimate: EstimatePrompt;
}

/** Creates the encoder of a profile. */
export function createEncoder(profile: ModelProfile, dialect = createDialect(profile)): Encoder {
  return { profile, dialect, estimate: promptEstimator(profile) };
}
