import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ModelErrorKind } from '../../src/errors.ts';
import { inDialect, withoutTools } from '../../src/profile/detect-profile.ts';
import { fallbackProfile } from '../../src/profile/fallback-profile.ts';
import {
  gemma3,
  gemma3Strict,
  knownProfiles,
  openai,
  qwen3,
} from '../../src/profile/known-profiles.ts';
import { defineProfile, type ModelProfile } from '../../src/profile/model-profile.ts';

const after = (profile: ModelProfile, kind: ModelErrorKind, offersTools = true) =>
  fallbackProfile(profile, { kind, words: 'No.', offersTools })?.profile;

describe('a refused request', () => {
  test('with tools goes on in words', () => {
    expect(after(gemma3, 'tools-unsupported')).toMatchObject({
      id: 'gemma-3-strict',
      dialect: 'prompted',
      turns: gemma3Strict.turns,
      contextWindow: gemma3.contextWindow,
    });
    expect(after(qwen3, 'tools-unsupported')).toMatchObject({
      id: 'qwen-3-strict',
      dialect: 'prompted',
    });
  });

  test('with a forced choice goes on where a grammar can force a call', () => {
    expect(after(openai, 'tool-choice-unsupported')?.dialect).toBe('guided');
    const wordsOnly = defineProfile(openai, { structuredOutput: 'prompted' });
    expect(after(wordsOnly, 'tool-choice-unsupported')?.dialect).toBe('prompted');
  });

  test('whose roles did not alternate goes on in the strictest turns', () => {
    const turns = { order: 'strict', system: 'in-first-user', toolRole: false };
    expect(after(gemma3, 'alternation')).toMatchObject({ id: 'gemma-3-strict', turns });
    expect(after(openai, 'template')).toMatchObject({ turns });
    expect(after(gemma3Strict, 'alternation')).toBeUndefined();
  });

  test('with a system text goes on with it in the first turn', () => {
    expect(after(openai, 'developer-role')?.turns.system).toBe('in-first-user');
    expect(after(gemma3Strict, 'developer-role')).toBeUndefined();
  });

  test('with a schema goes on with plainer ones, then without a grammar', () => {
    const guided = inDialect(gemma3Strict, 'guided');
    const plainer = after(guided, 'schema-unsupported');
    expect(plainer).toMatchObject({ dialect: 'guided', refusedKeywords: 'xgrammar' });
    expect(plainer && after(plainer, 'schema-unsupported')?.dialect).toBe('prompted');
  });

  test('for an answer in a shape goes on with JSON of any shape, then with words', () => {
    const json = after(gemma3, 'response-format-unsupported', false);
    expect(json).toMatchObject({ dialect: 'native', structuredOutput: 'json_object' });
    const words = json && after(json, 'response-format-unsupported', false);
    expect(words?.structuredOutput).toBe('prompted');
    expect(words && after(words, 'response-format-unsupported', false)).toBeUndefined();
  });

  test('for another reason has no other form', () => {
    expect(after(gemma3, 'context-overflow')).toBeUndefined();
    expect(after(gemma3, 'unauthorized')).toBeUndefined();
  });

  test('says in the words of the server why', () => {
    const words = `Function calling\nis not enabled ${'x'.repeat(500)}`;
    const next = fallbackProfile(gemma3, { kind: 'tools-unsupported', words, offersTools: true });
    expect(next?.why).toMatch(/^The server said: "Function calling is not enabled x+…"/);
    expect(next?.why.length).toBeLessThan(200);
  });
});

test('the way down ends, whatever a server refuses', () => {
  const kinds = fc.constantFrom<ModelErrorKind>(
    'tools-unsupported',
    'tools-invalid',
    'tool-choice-unsupported',
    'alternation',
    'template',
    'developer-role',
    'schema-unsupported',
    'response-format-unsupported',
  );
  const refusals = fc.array(fc.tuple(kinds, fc.boolean()), { minLength: 60, maxLength: 60 });
  const profiles = fc.constantFrom(...knownProfiles.values());
  fc.assert(
    fc.property(profiles, fc.boolean(), refusals, (known, isGuided, all) => {
      let profile = isGuided ? inDialect(withoutTools(known), 'guided') : known;
      let changes = 0;
      for (const [kind, offersTools] of all) {
        const next = after(profile, kind, offersTools);
        if (next === undefined) continue;
        expect(next).not.toEqual(profile);
        profile = next;
        changes += 1;
      }
      expect(changes).toBeLessThanOrEqual(8);
    }),
  );
});
