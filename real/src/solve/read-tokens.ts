import type { Counts } from './counts.ts';

type Tokens = Pick<Counts, 'tokensIn' | 'cached' | 'tokensOut'>;

interface Reply {
  readonly usage?: {
    readonly prompt_tokens?: number;
    readonly completion_tokens?: number;
    readonly prompt_tokens_details?: { readonly cached_tokens?: number } | null;
  } | null;
  /** llama-server reports these also in a stream whose client did not ask for usage. */
  readonly timings?: {
    readonly cache_n?: number;
    readonly prompt_n?: number;
    readonly predicted_n?: number;
  };
}

/** The tokens that a reply reports, whole or as an event stream. A reply that reports nothing has none. */
export function readTokens(body: string): Tokens {
  const replies = body.trimStart().startsWith('{') ? [body] : dataLines(body);
  let tokens: Tokens = { tokensIn: 0, cached: 0, tokensOut: 0 };
  for (const text of replies) tokens = tokensOf(parse(text)) ?? tokens;
  return tokens;
}

function tokensOf({ usage, timings }: Reply): Tokens | undefined {
  if (usage) {
    return {
      tokensIn: usage.prompt_tokens ?? 0,
      cached: usage.prompt_tokens_details?.cached_tokens ?? timings?.cache_n ?? 0,
      tokensOut: usage.completion_tokens ?? 0,
    };
  }
  if (timings === undefined) return undefined;
  const { cache_n: cached = 0, prompt_n: computed = 0, predicted_n: tokensOut = 0 } = timings;
  return { tokensIn: cached + computed, cached, tokensOut };
}

function dataLines(body: string): string[] {
  return body
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length));
}

function parse(text: string): Reply {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
