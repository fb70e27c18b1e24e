import { Agent, defineProfile, openaiCompatible, profiles, tool } from '@turnwise/core';
import { type LoggedRequest, startLocalEndpoint } from '@turnwise/local';
import { z } from 'zod';
import { type PageKind, writePage } from './write-page.ts';

/** A run with many steps in a context window. */
export interface LongRun {
  /** Tokens of prompt and answer together. */
  readonly window: number;
  readonly steps: number;
  /** Characters of each result. */
  readonly pageChars: number;
  /** The maximum number of tokens of each reply. @default no limit in the request */
  readonly maxOutputTokens?: number;
}

/** The measurements of such a run. */
export interface LongRunReport {
  readonly status: string;
  /** The requests that the endpoint received, in order. */
  readonly requests: readonly LoggedRequest[];
  /** The number of refused requests. */
  readonly refused: number;
  /** The number of compactions. */
  readonly compactions: number;
  /** For each request, the estimate and the count of the endpoint. */
  readonly estimates: readonly Estimate[];
}

/** The estimated and the counted tokens of one prompt. */
export interface Estimate {
  /** The kind of the newest page in the prompt. */
  readonly kind: PageKind;
  readonly estimated: number;
  readonly counted: number;
}

/** The input of the run. */
export const task =
  'Read all pages, one after the other. After the last page, answer that you are done.';

/**
 * Runs an agent on the embedded endpoint, which counts tokens with a byte-pair encoding that core does not know. The replies
 * are scripted: each step reads one page. The first half of the pages is prose, the second half code, CJK and base64.
 */
export async function measureLongRun({
  window,
  steps,
  pageChars,
  maxOutputTokens,
}: LongRun): Promise<LongRunReport> {
  const pages = Array.from({ length: steps }, (_, index) => index + 1);
  const script = pages.map((page) => ({ calls: [{ name: 'read_page', arguments: { page } }] }));
  const endpoint = await startLocalEndpoint({
    contextWindow: window,
    models: ['gemma-3-27b'],
    script: [...script, { text: 'I am done.' }],
  });
  try {
    const agent = createReader({ baseURL: endpoint.url, window, steps, pageChars });
    const settings = maxOutputTokens === undefined ? {} : { maxOutputTokens };
    const readMeasurements = observe(agent, steps);
    const result = await agent.run(task, { settings });
    const { requests } = endpoint;
    const refused = requests.filter(({ status = 0 }) => status >= 400).length;
    return { status: result.status, requests, refused, ...readMeasurements() };
  } finally {
    await endpoint.close();
  }
}

/** The kind of the page of a step. */
export function kindOfPage(page: number, steps: number): PageKind {
  if (page <= steps / 2) return 'prose';
  return (['code', 'cjk', 'base64'] as const)[page % 3] ?? 'code';
}

/** The relative error of the estimates at a percentile, such as 0.95 for p95. */
export function errorAt(percentile: number, estimates: readonly Estimate[]): number {
  const errors = estimates
    .map(({ estimated, counted }) => Math.abs(estimated - counted) / counted)
    .sort((one, other) => one - other);
  return errors[Math.min(errors.length - 1, Math.floor(errors.length * percentile))] ?? Number.NaN;
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

function observe(
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
