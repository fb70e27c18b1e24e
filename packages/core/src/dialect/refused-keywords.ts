import type { ModelProfile } from '../profile/model-profile.ts';
import {
  nothingRefused,
  type RefusedKeyword,
  xgrammarKeywords,
} from '../schema/rewrite-for-constraint.ts';

/** The JSON Schema keywords that the profile's server refuses in constrained decoding. */
export function refusedKeywordsOf({ refusedKeywords }: ModelProfile): readonly RefusedKeyword[] {
  return refusedKeywords === 'xgrammar' ? xgrammarKeywords : nothingRefused;
}
