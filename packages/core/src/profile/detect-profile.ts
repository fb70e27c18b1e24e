import { guessProfile } from './guess-profile.ts';
import { gemma3, gemma3Strict } from './known-profiles.ts';
import {
  type DialectName,
  defineProfile,
  type ModelProfile,
  type ProfileChanges,
} from './model-profile.ts';
import type { ServerFacts, ServerKind } from './server-facts.ts';

/** A profile, and what spoke for it. */
export interface DetectedProfile {
  readonly profile: ModelProfile;
  /** One sentence, for people. */
  readonly why: string;
}

/**
 * The profile of a model by what its server told. Pure: the same facts give the same profile. Tools go the server's own way
 * only where the server is known to take them; Gemma 3 anywhere else is spoken to in words, which works on every server.
 */
export function detectProfile(model: string, facts: ServerFacts): DetectedProfile {
  const family = guessProfile(model, facts);
  const { isNative, why } = decideTools(family, facts);
  const spoken = isNative ? family : withoutTools(family);
  const profile = defineProfile(spoken, {
    ...serverChanges(spoken, facts),
    turns: turnChanges(facts),
    ...(facts.images === false && { images: undefined }),
  });
  return { profile, why: `${serverName(facts.server)} ${why}` };
}

/** The plainest way to speak to a family: strict turns, no tools and no tool role, so that every chat template takes it. */
export function withoutTools(family: ModelProfile): ModelProfile {
  const { contextWindow, refusedKeywords, structuredOutput } = family;
  if (family.id === gemma3.id || family.id === gemma3Strict.id) {
    return defineProfile(gemma3Strict, {
      contextWindow,
      refusedKeywords,
      structuredOutput,
      ...(family.images === undefined && { images: undefined }),
    });
  }
  return defineProfile(family, {
    id: family.id.endsWith('-strict') ? family.id : `${family.id}-strict`,
    turns: { order: 'strict', toolRole: false },
    dialect: 'prompted',
  });
}

/** The same profile in another dialect, with what that dialect needs of it. */
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
  /** A predicate: the server is its subject. */
  readonly why: string;
}

function decideTools(family: ModelProfile, facts: ServerFacts): Decision {
  const { server, tools, source = 'its pages' } = facts;
  if (tools === true) {
    return { isNative: true, why: `takes tools for this model (${source}).` };
  }
  if (tools === false) {
    return { isNative: false, why: `takes no tools for this model (${source}).` };
  }
  if (server === 'vllm') {
    return { isNative: true, why: `takes tools where they are enabled (${source}).` };
  }
  if (family.id === gemma3.id) {
    return {
      isNative: false,
      why: 'does not say whether it takes tools for Gemma 3, whose own chat template has none.',
    };
  }
  return {
    isNative: true,
    why: `does not say whether it takes tools; models of the kind "${family.id}" mostly do.`,
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
    refusedKeywords: refusedBy(server),
  } satisfies ProfileChanges;
}

/** llama.cpp, Ollama and LM Studio make grammars of their own; where nothing is known, the careful choice costs little. */
function refusedBy(server: ServerKind | undefined): ModelProfile['refusedKeywords'] {
  return server === undefined || server === 'vllm' ? 'xgrammar' : 'none';
}

function turnChanges({ chatTemplate = '', systemRole }: ServerFacts): ProfileChanges['turns'] & {} {
  const alternates = /raise_exception\([^)]*alternate/.test(chatTemplate);
  return {
    ...(alternates && { order: 'strict' }),
    ...(systemRole === false && { system: 'in-first-user' }),
  };
}
