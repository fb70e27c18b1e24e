import { describe, expect, test } from '@jest/globals';
import { defineProfile, type ProfileChanges } from '../../src/profile/model-profile.ts';
import { findProfile, profiles } from '../../src/profile/profiles.ts';

const { gemma3, gemma3Strict, openai } = profiles;

test('a profile is a copy of another profile with changes', () => {
  const mine = defineProfile(gemma3, {
    id: 'mine',
    contextWindow: 8_192,
    turns: { system: 'in-first-user' },
  });
  expect(mine).toMatchObject({ id: 'mine', contextWindow: 8_192, dialect: 'native' });
  expect(mine.turns).toEqual({ order: 'strict', system: 'in-first-user', toolRole: true });
  expect(gemma3.turns.system).toBe('message');
});

describe('a profile that contradicts itself is refused', () => {
  test.each<[string, ProfileChanges]>([
    ['native without a tool role', { turns: { toolRole: false } }],
    ['guided without json_schema', { dialect: 'guided', structuredOutput: 'json_object' }],
    ['no window', { contextWindow: 0 }],
    ['a window that is no number', { contextWindow: Number.NaN }],
    ['no characters in a token', { charsPerToken: 0 }],
    ['control tokens that are no pattern', { controlTokens: '(' }],
  ])('%s', (_what, changes) => {
    expect(() => defineProfile(openai, changes)).toThrow(
      expect.objectContaining({ code: 'invalid_options' }),
    );
  });
});

test('every profile is consistent, frozen, and can be found by its id', () => {
  for (const profile of Object.values(profiles)) {
    expect(findProfile(profile.id)).toBe(profile);
    expect(Object.isFrozen(profile)).toBe(true);
    expect(() => defineProfile(profile, {})).not.toThrow();
  }
});

test('Gemma 3 has strict turns on every server, and native tools only with a tool template', () => {
  expect(gemma3).toMatchObject({ dialect: 'native', turns: { order: 'strict', toolRole: true } });
  expect(gemma3Strict).toMatchObject({
    dialect: 'prompted',
    turns: { order: 'strict', toolRole: false, system: 'in-first-user' },
  });
});
