import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ModelErrorKind } from '../../src/errors.ts';
import { inDialect, withoutTools } from '../../src/profile/detect-profile.ts';
import { fallbackProfile } from '../../src/profile/fallback-profile.ts';
import { defineProfile, type ModelProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import type { Refusal } from '../../src/profile/refusal.ts';

const { gemma3, gemma3Strict, openai, qwen3 } = profiles;

const refusal = (kind: ModelErrorKind, offersTools = true): Refusal => ({
  kind,
  serverMessage: 'No.',
  offersTools,
  forcesCall: offersTools,
  isStreamed: true,
  hasCalls: true,
  limitsOutput: true,
});

const after = (profile: ModelProfile, kind: ModelErrorKind, offersTools = true) =>
  fallbackProfile(profile, refusal(kind, offersTools))?.profile;

describe('a refused request', () => {
  test('with tools falls back to the prompted dialect', () => {
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

  test('with a forced choice falls back to the guided dialect if the server supports schemas', () => {
    expect(after(openai, 'tool-choice-unsupported')?.dialect).toBe('guided');
    const withoutSchemas = defineProfile(openai, { structuredOutput: 'prompted' });
    expect(after(withoutSchemas, 'tool-choice-unsupported')?.dialect).toBe('prompted');
  });

  test('whose roles do not alternate falls back to strict turns', () => {
    const turns = { order: 'strict', system: 'in-first-user', toolRole: false };
    expect(after(gemma3, 'alternation')).toMatchObject({ id: 'gemma-3-strict', turns });
    expect(after(openai, 'template')).toMatchObject({ turns });
    expect(after(gemma3Strict, 'alternation')).toBeUndefined();
  });

  test('with a system message falls back to instructions in the first user message', () => {
    expect(after(openai, 'developer-role')?.turns.system).toBe('in-first-user');
    expect(after(gemma3Strict, 'developer-role')).toBeUndefined();
  });

  test('with a schema falls back to fewer keywords, then to no grammar', () => {
    const guided = defineProfile(inDialect(gemma3Strict, 'guided'), { constraints: 'none' });
    const simpler = after(guided, 'schema-unsupported');
    expect(simpler).toMatchObject({ dialect: 'guided', constraints: 'xgrammar' });
    expect(simpler && after(simpler, 'schema-unsupported')?.dialect).toBe('prompted');
  });

  test('with a grammar that llama.cpp cannot parse falls back to no grammar at once', () => {
    const guided = inDialect(gemma3Strict, 'guided');
    expect(after(guided, 'schema-unsupported')?.dialect).toBe('prompted');
    expect(after(gemma3Strict, 'schema-unsupported', false)?.structuredOutput).toBe('json_object');
  });

  test('for an answer with a schema falls back to JSON without a schema, then to a schema in the prompt', () => {
    const json = after(gemma3, 'response-format-unsupported', false);
    expect(json).toMatchObject({ dialect: 'native', structuredOutput: 'json_object' });
    const prompted = json && after(json, 'response-format-unsupported', false);
    expect(prompted?.structuredOutput).toBe('prompted');
    expect(prompted && after(prompted, 'response-format-unsupported', false)).toBeUndefined();
  });

  test('for another reason has no fallback', () => {
    expect(after(gemma3, 'context-overflow')).toBeUndefined();
    expect(after(gemma3, 'unauthorized')).toBeUndefined();
  });

  test('has the server message as the reason of its fallback', () => {
    const next = fallbackProfile(gemma3, {
      ...refusal('tools-unsupported'),
      serverMessage: `Function calling\nis not enabled ${'x'.repeat(500)}`,
    });
    expect(next?.why).toMatch(/^The server answered: "Function calling is not enabled x+…"/);
    expect(next?.why.length).toBeLessThan(200);
  });
});

test('the fallbacks end, for every order of refusals', () => {
  const kinds = fc.constantFrom<ModelErrorKind>(
    'tools-unsupported',
    'tools-invalid',
    'tool-choice-unsupported',
    'alternation',
    'template',
    'developer-role',
    'schema-unsupported',
    'response-format-unsupported',
    'empty-content',
    'tool-name',
    'several-calls',
    'stream-options',
    'streaming-required',
    'streaming-unsupported',
    'tool-streaming',
    'max-tokens-field',
  );
  const refusals = fc.array(fc.tuple(kinds, fc.boolean()), { minLength: 60, maxLength: 60 });
  const anyProfile = fc.constantFrom(...Object.values(profiles));
  fc.assert(
    fc.property(anyProfile, fc.boolean(), refusals, (known, isGuided, all) => {
      let profile = isGuided ? inDialect(withoutTools(known), 'guided') : known;
      let changes = 0;
      for (const [kind, offersTools] of all) {
        const next = after(profile, kind, offersTools);
        if (next === undefined) continue;
        expect(next).not.toEqual(profile);
        profile = next;
        changes += 1;
      }
      expect(changes).toBeLessThanOrEqual(16);
    }),
  );
});
