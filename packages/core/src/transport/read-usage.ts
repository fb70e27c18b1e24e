import type { Usage } from '../dialect/wire.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** Reads a server's `usage`. A count that cannot be true is ignored, that is 0. `undefined` if no count is usable. */
export function readUsage(usage: JsonObject): Usage | undefined {
  const input = readCount(usage.prompt_tokens);
  const output = readCount(usage.completion_tokens);
  if (input === undefined && output === undefined) return undefined;
  const details = usage.prompt_tokens_details;
  const cached = isJsonObject(details) ? readCount(details.cached_tokens) : undefined;
  return {
    inputTokens: input ?? 0,
    outputTokens: output ?? 0,
    cachedInputTokens: Math.min(cached ?? 0, input ?? 0),
  };
}

/** Reads one token count: a whole number, or its digits as text. `undefined` if it is negative or larger than any context window. */
export function readCount(value: JsonValue | undefined): number | undefined {
  const count = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  const isCount = typeof count === 'number' && Number.isInteger(count);
  return isCount && count >= 0 && count < largestCount ? count : undefined;
}

/** Ten times the largest context window of today. */
const largestCount = 100_000_000;
