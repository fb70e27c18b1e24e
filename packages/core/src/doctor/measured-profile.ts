import { detectProfile, withoutTools } from '../profile/detect-profile.ts';
import { guessProfile } from '../profile/guess-profile.ts';
import { defineProfile, type ModelProfile } from '../profile/model-profile.ts';
import { findProfile, profiles } from '../profile/profiles.ts';
import type { ServerFacts } from '../profile/server-facts.ts';
import { findThoughts } from './find-thoughts.ts';
import type { MeasuredThing, Measurement } from './measurement.ts';

/** The measurements by name. */
export type Measurements = Readonly<Record<MeasuredThing, Measurement>>;

/** A profile, and the known profile that it is based on. */
export interface MeasuredProfile {
  readonly profile: ModelProfile;
  readonly base: ModelProfile;
  /** The reason, as one sentence. */
  readonly why: string;
}

/** Chooses a profile by measurements. If a measurement is unclear, the server's own pages decide. */
export function measuredProfile(
  model: string,
  facts: ServerFacts,
  measured: Measurements,
  {
    imageTokens,
    texts,
  }: { readonly imageTokens: number | undefined; readonly texts: readonly string[] },
): MeasuredProfile {
  const detected = detectProfile(model, facts).profile;
  const family = guessProfile(model, facts);
  const { isNative, why } = decide(measured, detected);
  const usable = isNative ? family : withoutTools(family);
  const base = findProfile(usable.id) ?? family;
  const profile = defineProfile(usable, {
    turns: {
      order: decideOrder(measured, detected),
      system: measured['system role'].verdict === 'no' ? 'in-first-user' : usable.turns.system,
    },
    contextWindow: detected.contextWindow,
    structuredOutput: structuredOutputOf(measured, detected),
    constraints: constraintsOf(measured, detected),
    ...imageChanges(usable, measured, imageTokens),
    ...thoughtChanges(texts),
  });
  return { profile, base, why };
}

/** The measurement shows whether the server accepts keywords, not how it reads patterns: a known engine keeps its own list. */
function constraintsOf(
  measured: Measurements,
  { constraints }: ModelProfile,
): ModelProfile['constraints'] {
  if (constraints === 'llama.cpp') return constraints;
  return measured['every schema keyword'].verdict === 'yes' ? 'none' : 'xgrammar';
}

function decide(measured: Measurements, detected: ModelProfile) {
  const needed = ['tools', 'calls in a stream', 'tool role'] as const;
  const failed = needed.filter((thing) => measured[thing].verdict === 'no');
  if (failed.length > 0) {
    return { isNative: false, why: `The server failed: ${failed.join(', ')}.` };
  }
  const open = needed.filter((thing) => measured[thing].verdict !== 'yes');
  if (open.length === 0) {
    return { isNative: true, why: 'Tools, calls in a stream and the tool role all work.' };
  }
  const isNative = detected.dialect === 'native';
  const reported = isNative ? 'supports tools' : 'does not support tools';
  return {
    isNative,
    why: `Unclear: ${open.join(', ')}. The server reports that it ${reported}.`,
  };
}

/** Relaxed only if the server accepted every order of messages; every server accepts strict turns. */
function decideOrder(measured: Measurements, detected: ModelProfile) {
  const verdicts = [
    measured['user twice in a row'].verdict,
    measured['several results in a row'].verdict,
  ];
  const isRelaxed = verdicts.every((verdict) => verdict === 'yes');
  return isRelaxed && detected.turns.order === 'relaxed' ? 'relaxed' : 'strict';
}

function structuredOutputOf(
  measured: Measurements,
  detected: ModelProfile,
): ModelProfile['structuredOutput'] {
  const { json_schema: schema, json_object: object } = measured;
  if (schema.verdict === 'yes') return 'json_schema';
  if (schema.verdict === 'unclear' && object.verdict === 'unclear')
    return detected.structuredOutput;
  return object.verdict === 'yes' ? 'json_object' : 'prompted';
}

/** A closing tag without its opening tag: the chat template began the thought. */
function thoughtChanges(
  texts: readonly string[],
): Pick<Parameters<typeof defineProfile>[1], 'thoughts'> {
  return findThoughts(texts)?.startsInside ? { thoughts: { startsInside: true } } : {};
}

function imageChanges(
  { images, id }: ModelProfile,
  measured: Measurements,
  tokens: number | undefined,
): Pick<Parameters<typeof defineProfile>[1], 'images'> {
  if (measured.images.verdict !== 'yes') return { images: undefined };
  // The tokens of an image and its crops are known for Gemma, and one small image cannot measure crops.
  if (images !== undefined && id.startsWith(profiles.gemma3.id)) return { images };
  return tokens === undefined
    ? {}
    : { images: { tokens, panAndScan: images?.panAndScan ?? false } };
}
