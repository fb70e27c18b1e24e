import { createDialect } from '../../src/dialect/create-dialect.ts';
import { defineProfile, type ModelProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';

const { gemma3, gemma3Strict, openai } = profiles;

/** Every known profile in its own dialect, and in every other dialect that it supports. */
export const testedProfiles: readonly ModelProfile[] = [
  ...Object.values(profiles),
  defineProfile(gemma3, { dialect: 'prompted' }),
  defineProfile(gemma3Strict, { dialect: 'guided' }),
  defineProfile(openai, { dialect: 'prompted' }),
].filter((profile) => createDialect(profile).name === profile.dialect);
