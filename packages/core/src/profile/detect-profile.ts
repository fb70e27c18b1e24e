import { guessProfile } from './guess-profile.ts';
import { knownForm } from './known-form.ts';
import {
  type DialectName,
  defineProfile,
  type ModelProfile,
  type ProfileChanges,
} from './model-profile.ts';
import { profiles } from './profiles.ts';
import type { ServerFacts, ServerKind } from './server-facts.ts';

/** A profile, and why it was chosen. */
export interface DetectedProfile {
  readonly profile: ModelProfile;
  /** The reason, as one sentence. */
  readonly why: string;
}

/**
 * Chooses the profile of a model by the facts about its server. Pure: the same facts give the same profile. The native
 * dialect is chosen only if the server is known to support tools; otherwise Gemma 3 gets the prompted dialect, which works
 * on every server.
 */
export function detectProfile(model: string, facts: ServerFacts): DetectedProfile {
  const family = guessProfile(model, facts);
  const { isNative, why } = decideTools(family, facts);
  const base = isNative ? family : withoutTools(family);
  const profile = defineProfile(base, {
    ...serverChanges(base, facts),
    turns: turnChanges(facts),
    ...(facts.images === false && { images: undefined }),
  });
  const known = knownForm(model, facts);
  if (known === undefined) return { profile, why: `${serverName(facts.server)} ${why}` };
  return { profile: defineProfile(profile, known.changes), why: known.why };
}

/** The profile of a family without tools and tool role, with strict turns: every chat template accepts it. */
export function withoutTools(family: ModelProfile): ModelProfile {
  if (family.id === profiles.gemma3.id || family.id === profiles.gemma3Strict.id) {
    return defineProfile(profiles.gemma3Strict, {
      ...serverFields(family),
      ...(family.images === undefined && { images: undefined }),
    });
  }
  return defineProfile(family, {
    id: family.id.endsWith('-strict') ? family.id : `${family.id}-strict`,
    turns: { order: 'strict', toolRole: false },
    dialect: 'prompted',
  });
}

/** The fields that depend on the server and not on the chat template. */
function serverFields(profile: ModelProfile): ProfileChanges {
  const { contextWindow, constraints, structuredOutput } = profile;
  const { streamOptions, streaming, alwaysStreams, maxTokensField, omittedFields } = profile;
  return {
    contextWindow,
    constraints,
    structuredOutput,
    ...(streamOptions !== undefined && { streamOptions }),
    ...(streaming !== undefined && { streaming }),
    ...(alwaysStreams !== undefined && { alwaysStreams }),
    ...(maxTokensField !== undefined && { maxTokensField }),
    ...(omittedFields !== undefined && { omittedFields }),
  };
}

/** The same profile with another dialect, and with the settings that this dialect needs. */
export function inDialect(profile: ModelProfile, dialect: DialectName): ModelProfile {
  if (dialect === 'native') {
    return defineProfile(profile, { dialect, turns: { toolRole: true } });
  }
  return defineProfile(profile, {
    dialect,
    ...(dialect === 'guided' && { structuredOutput: 'json_schema' }),
  });
}

interface Decision {
  readonly isNative: boolean;
  /** The reason, as a sentence whose subject is the server. */
  readonly why: string;
}

function decideTools(family: ModelProfile, facts: ServerFacts): Decision {
  const { server, tools, source = 'its pages' } = facts;
  if (tools === true) {
    return { isNative: true, why: `supports tools for this model (${source}).` };
  }
  if (tools === false) {
    return { isNative: false, why: `does not support tools for this model (${source}).` };
  }
  if (server === 'vllm') {
    return { isNative: true, why: `supports tools if they are enabled (${source}).` };
  }
  if (family.id === profiles.gemma3.id) {
    return {
      isNative: false,
      why: 'does not report whether it supports tools for Gemma 3, whose own chat template has no tools.',
    };
  }
  return {
    isNative: true,
    why: `does not report whether it supports tools; most servers do for models of the family "${family.id}".`,
  };
}

function serverName(server: ServerKind | undefined): string {
  return server === undefined ? 'The server' : serverNames[server];
}

const serverNames: Readonly<Record<ServerKind, string>> = {
  vllm: 'vLLM',
  'llama.cpp': 'llama.cpp',
  ollama: 'Ollama',
  'lm-studio': 'LM Studio',
  openai: 'OpenAI',
};

function serverChanges(profile: ModelProfile, { server, contextWindow }: ServerFacts) {
  return {
    contextWindow: contextWindow ?? profile.contextWindow,
    constraints: constraintsOf(server),
  } satisfies ProfileChanges;
}

/** Ollama and LM Studio use the grammars of llama.cpp. For an unknown server the list of vLLM is the safest. */
function constraintsOf(server: ServerKind | undefined): ModelProfile['constraints'] {
  if (server === undefined || server === 'vllm') return 'xgrammar';
  return server === 'openai' ? 'none' : 'llama.cpp';
}

function turnChanges({
  chatTemplate = '',
  systemRole,
  callsTogether,
}: ServerFacts): ProfileChanges['turns'] & {} {
  const alternates = /raise_exception\([^)]*alternate/.test(chatTemplate);
  return {
    ...(alternates && { order: 'strict' }),
    ...(systemRole === false && { system: 'in-first-user' }),
    ...(callsTogether === false && { calls: 'unrolled' }),
  };
}
