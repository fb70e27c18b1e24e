import type { ModelProfile } from '../profile/model-profile.ts';
import { llamaCppKeywords } from '../schema/constraint/llama-cpp-keywords.ts';
import { nothingRefused, type RefusedKeyword } from '../schema/constraint/refused-keyword.ts';
import { xgrammarKeywords } from '../schema/constraint/xgrammar-keywords.ts';

/** The JSON Schema keywords that the profile's server refuses in constrained decoding, or reads in another way. */
export function refusedKeywordsOf({ constraints }: ModelProfile): readonly RefusedKeyword[] {
  return keywords[constraints];
}

const keywords = {
  xgrammar: xgrammarKeywords,
  'llama.cpp': llamaCppKeywords,
  none: nothingRefused,
} as const;
