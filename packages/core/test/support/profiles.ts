import { createDialect } from '../../src/dialect/create-dialect.ts';
import { defineProfile, type ModelProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';

const { gemma3, gemma3Strict, openai } = profiles;

/** Every known profile whose dialect is spoken, and every other dialect that a profile of them can speak. */
export const spokenProfiles: readonly ModelProfile[] = [
  ...Object.values(profiles),
  defineProfile(gemma3, { dialect: 'prompted' }),
  defineProfile(gemma3Strict, { dialect: 'guided' }),
  defineProfile(openai, { dialect: 'prompted' }),
].filter((profile) => createDialect(profile).name === profile.dialect);
