import { shortenToLine } from '../shorten.ts';
import { type DetectedProfile, inDialect, withoutTools } from './detect-profile.ts';
import { defineProfile, type ModelProfile } from './model-profile.ts';
import type { Refusal } from './refusal.ts';
import { withOtherFields } from './with-other-fields.ts';

/**
 * The profile to continue with after a server refused the form of a request; `undefined` if no other form would help.
 * Each profile asks less of the server than the one before, so there are only a few steps.
 */
export function fallbackProfile(
  profile: ModelProfile,
  refusal: Refusal,
): DetectedProfile | undefined {
  const next = withOtherFields(profile, refusal) ?? lessDemanding(profile, refusal);
  if (next === undefined) return undefined;
  return {
    profile: next,
    why: `The server answered: "${shortenToLine(refusal.serverMessage, 160)}"`,
  };
}

function lessDemanding(profile: ModelProfile, { kind, field, offersTools, hasCalls }: Refusal) {
  const isNative = profile.dialect === 'native';
  switch (kind) {
    case 'tools-unsupported':
    case 'tools-invalid':
      return isNative ? withoutTools(profile) : undefined;
    case 'empty-content':
    case 'tool-name':
    case 'several-calls':
      return isNative && hasCalls ? withoutTools(profile) : undefined;
    case 'tool-choice-unsupported':
      return isNative ? withForcedCalls(profile) : undefined;
    case 'field-unsupported':
      return isNative && field === 'tool_choice' ? withForcedCalls(profile) : undefined;
    case 'alternation':
    case 'template':
      return strictest(profile);
    case 'developer-role':
      return withoutSystem(profile) ?? strictest(profile);
    case 'schema-unsupported':
      return withPlainerSchemas(profile) ?? withoutGrammar(profile, { offersTools });
    case 'response-format-unsupported':
      return withoutGrammar(profile, { offersTools });
    default:
      return undefined;
  }
}

/** A grammar can force a call if `tool_choice` cannot. */
function withForcedCalls(profile: ModelProfile): ModelProfile {
  const plain = withoutTools(profile);
  return profile.structuredOutput === 'json_schema' ? inDialect(plain, 'guided') : plain;
}

/** Strict turns, no tool role, no system message: every chat template accepts this. */
function strictest(profile: ModelProfile): ModelProfile | undefined {
  const { order, system, toolRole } = profile.turns;
  if (order === 'strict' && system === 'in-first-user' && !toolRole) return undefined;
  const plain = profile.dialect === 'native' ? withoutTools(profile) : profile;
  return defineProfile(plain, {
    turns: { order: 'strict', system: 'in-first-user', toolRole: false },
  });
}

function withoutSystem(profile: ModelProfile): ModelProfile | undefined {
  if (profile.turns.system === 'in-first-user') return undefined;
  return defineProfile(profile, { turns: { system: 'in-first-user' } });
}

function withPlainerSchemas(profile: ModelProfile): ModelProfile | undefined {
  if (profile.constraints !== 'none') return undefined;
  return defineProfile(profile, { constraints: 'xgrammar' });
}

/**
 * The profile for the same request without the grammar of its schemas; `undefined` if the request has none. First tool calls
 * are sent without a grammar, then answers: JSON without a schema, then a schema in the prompt.
 */
export function withoutGrammar(
  profile: ModelProfile,
  { offersTools }: Pick<Refusal, 'offersTools'>,
): ModelProfile | undefined {
  if (profile.dialect === 'guided') return inDialect(profile, 'prompted');
  // Tools that no grammar can express can still be described in the prompt.
  if (offersTools) return profile.dialect === 'native' ? withoutTools(profile) : undefined;
  switch (profile.structuredOutput) {
    case 'json_schema':
      return defineProfile(profile, { structuredOutput: 'json_object' });
    case 'json_object':
      return defineProfile(profile, { structuredOutput: 'prompted' });
    case 'prompted':
      return undefined;
  }
}
