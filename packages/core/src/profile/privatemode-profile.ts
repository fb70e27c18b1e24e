import { defineProfile, type ModelProfile } from './model-profile.ts';
import { profiles } from './profiles.ts';

/** A model without a family profile, on vLLM with its own tool template. */
const relaxedOnVllm = defineProfile(profiles.openai, {
  contextWindow: 131_072,
  refusedKeywords: 'xgrammar',
});

const known: ReadonlyMap<string, ModelProfile> = new Map([
  ['gemma-3-27b', profiles.gemma3],
  ['leon-se/gemma-3-27b-it-fp8-dynamic', profiles.gemma3],
  ['gemma-4-31b', profiles.gemma4],
  ['gpt-oss-120b', relaxedOnVllm],
  ['openai/gpt-oss-120b', relaxedOnVllm],
  ['qwen3-coder-30b-a3b', profiles.qwen3],
  ['kimi-k2.6', defineProfile(relaxedOnVllm, { contextWindow: 262_144 })],
  ['kimi-latest', defineProfile(relaxedOnVllm, { contextWindow: 262_144 })],
]);

/**
 * The profile of a chat model that Privatemode serves; `undefined` for an id that it did not serve in May 2026
 * (Privatemode deployment.yaml 1.40.0: vLLM with tools for each of these).
 */
export function privatemodeProfile(model: string): ModelProfile | undefined {
  return known.get(model);
}
