import { createDialect } from '../../src/dialect/create-dialect.ts';
import { gemma3, gemma3Strict, knownProfiles, openai } from '../../src/profile/known-profiles.ts';
import { defineProfile, type ModelProfile } from '../../src/profile/model-profile.ts';

/** Every known profile whose dialect is spoken, and every other dialect that a profile of them can speak. */
export const spokenProfiles: readonly ModelProfile[] = [
  ...knownProfiles.values(),
  defineProfile(gemma3, { dialect: 'prompted' }),
  defineProfile(gemma3Strict, { dialect: 'guided' }),
  defineProfile(openai, { dialect: 'prompted' }),
].filter((profile) => createDialect(profile).name === profile.dialect);
