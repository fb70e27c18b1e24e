import type { ModelProfile } from './model-profile.ts';
import { profiles } from './profiles.ts';

const { gemma3, gemma4, gptOss, kimi, qwen3 } = profiles;

const known: ReadonlyMap<string, ModelProfile> = new Map([
  ['gemma-3-27b', gemma3],
  ['leon-se/gemma-3-27b-it-fp8-dynamic', gemma3],
  ['gemma-4-31b', gemma4],
  ['gemma-latest', gemma4],
  ['gpt-oss-120b', gptOss],
  ['openai/gpt-oss-120b', gptOss],
  ['gpt-oss-latest', gptOss],
  ['qwen3-coder-30b-a3b', qwen3],
  ['kimi-k2.6', kimi],
  ['kimi-latest', kimi],
]);

/**
 * The profile of a chat model that Privatemode serves; `undefined` for another id. The ids are those of
 * Privatemode's deployment.yaml 1.40.0 (May 2026: vLLM with tools for each) and of its list at models.dev (November 2026).
 */
export function privatemodeProfile(model: string): ModelProfile | undefined {
  return known.get(model);
}
