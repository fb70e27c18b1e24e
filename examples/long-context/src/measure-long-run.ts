import { Agent, defineProfile, openaiCompatible, profiles, tool } from '@turnwise/core';
import { type LoggedRequest, startLocalEndpoint } from '@turnwise/local';
import { z } from 'zod';
import { type PageKind, writePage } from './write-page.ts';

/** A run of many steps in a window. */
export interface LongRun {
  /** Tokens of prompt and answer together. */
  readonly window: number;
  readonly steps: number;
  /** Characters of each result. */
  readonly pageChars: number;
  /** Tokens that each request allows for its reply; left out, nothing is said. */
  readonly maxOutputTokens?: number;
}

/** How such a run went. */
export interface LongRunReport {
  readonly status: string;
  /** Requests that reached the endpoint, in order. */
  readonly requests: readonly LoggedRequest[];
  /** How many of them were refused. */
  readonly refused: number;
  /** How often the context was compacted. */
  readonly compactions: number;
  /** Each request's estimate against the endpoint's own count. */
  readonly estimates: readonly Estimate[];
}

/** One prompt, estimated and counted. */
export interface Estimate {
  /** What the newest page in it is written in. */
  readonly kind: PageKind;
  readonly estimated: number;
  readonly counted: number;
}

/** What is asked in the run. */
export const task = 'Read page after page until there are no more, then say that you are done.';

/**
 * Plays a run on the embedded endpoint, which counts tokens with a byte-pair encoding that core does not know. The replies
 * are a script: one page a step. The first half of the pages is prose, the second half code, CJK and base64 in turn.
 */
export async function measureLongRun({
  window,
  steps,
  pageChars,
  maxOutputTokens,
}: LongRun): Promise<LongRunReport> {
  const pages = Array.from({ length: steps }, (_, place) => place + 1);
  const script = pages.map((page) => ({ calls: [{ name: 'read_page', arguments: { page } }] }));
  const endpoint = await startLocalEndpoint({
    contextWindow: window,
    models: ['gemma-3-27b'],
    script: [...script, { text: 'I am done.' }],
  });
  try {
    const agent = createReader({ baseURL: endpoint.url, window, steps, pageChars });
    const settings = maxOutputTokens === undefined ? {} : { maxOutputTokens };
    const watched = watch(agent, steps);
    const result = await agent.run(task, { settings });
    const { requests } = endpoint;
    const refused = requests.filter(({ status = 0 }) => status >= 400).length;
    return { status: result.status, requests, refused, ...watched() };
  } finally {
    await endpoint.close();
  }
}

/** What the page of a step is written in. */
export function kindOfPage(page: number, steps: number): PageKind {
  if (page <= steps / 2) return 'prose';
  return (['code', 'cjk', 'base64'] as const)[page % 3] ?? 'code';
}

/** The error of estimates at a share of all, 0.95 for p95; relative to what was counted. */
export function errorAt(share: number, estimates: readonly Estimate[]): number {
  const errors = estimates
    .map(({ estimated, counted }) => Math.abs(estimated - counted) / counted)
    .sort((one, other) => one - other);
  return errors[Math.min(errors.length - 1, Math.floor(errors.length * share))] ?? Number.NaN;
}

function createReader({
  baseURL,
  window,
  steps,
  pageChars,
}: Omit<LongRun, 'maxOutputTokens'> & { readonly baseURL: string }): Agent {
  return new Agent({
    name: 'reader',
    model: openaiCompatible({
      baseURL,
      model: 'gemma-3-27b',
      profile: defineProfile(profiles.gemma3, { contextWindow: window }),
      retry: { maxRetries: 0 },
    }),
    limits: { maxSteps: steps + 1 },
    tools: [
      tool({
        name: 'read_page',
        description: 'Reads a page.',
        parameters: z.object({ page: z.number() }),
        maxResultChars: 2 * pageChars,
        execute: ({ page }) => writePage(page, kindOfPage(page, steps), pageChars),
      }),
    ],
  });
}

function watch(
  agent: Agent,
  steps: number,
): () => Pick<LongRunReport, 'compactions' | 'estimates'> {
  const estimates: Estimate[] = [];
  let compactions = 0;
  let estimated = 0;
  agent.on('context-compacted', () => {
    compactions += 1;
  });
  agent.on('request-started', ({ estimatedTokens }) => {
    estimated = estimatedTokens;
  });
  agent.on('request-finished', ({ usage, step }) => {
    estimates.push({ kind: kindOfPage(step - 1, steps), estimated, counted: usage.inputTokens });
  });
  return () => ({ compactions, estimates });
}
