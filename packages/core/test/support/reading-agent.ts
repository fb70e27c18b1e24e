import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentOptions } from '../../src/agent/agent-options.ts';
import { createDialect } from '../../src/dialect/create-dialect.ts';
import { dialectModel } from '../../src/model/dialect-model.ts';
import { defineProfile, type ModelProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { type Tool, tool } from '../../src/tool/tool.ts';
import type { TransportRequest } from '../../src/transport/transport.ts';
import {
  type CountingOptions,
  type CountingTransport,
  countingTransport,
} from './counting-transport.ts';
import { rawCalls, rawText, type WireReply } from './scripted-transport.ts';

const { gemma3 } = profiles;

/** What the agent is asked. */
export const task = 'Read every page, and then tell what stands on the last one.';

/** A sentence of plain English. */
export const prose =
  'The committee met again in spring and heard what the harbour master had to say. ';

/** How pages are written. */
export interface PageOptions {
  /** What is repeated on it. @default prose */
  readonly text?: string;
  /** Characters. @default 900 */
  readonly length?: number;
}

/** A tool that reads pages; each begins and ends with a mark of its own. */
export function pageTool({ text = prose, length = 900 }: PageOptions = {}): Tool {
  const filling = text.repeat(Math.ceil(length / text.length)).slice(0, length);
  return tool({
    name: 'read_page',
    description: 'Reads a page.',
    parameters: z.object({ page: z.number() }),
    maxResultChars: 40_000,
    execute: ({ page }) => `<page ${page}> ${filling} </page ${page}>`,
  });
}

/** The model calls for a page. */
export function callsPage(page: number): WireReply {
  return rawCalls([['read_page', JSON.stringify({ page })]]);
}

/** Calls for pages, one a step, and then answers. */
export function readsPages(count: number): CountingOptions['replyTo'] {
  return (_, place) => (place < count ? callsPage(place + 1) : rawText('Page read.'));
}

/** The same in the guided dialect. */
export function readsPagesGuided(count: number): CountingOptions['replyTo'] {
  return (_, place) =>
    rawText(
      place < count
        ? `{"calls":[{"name":"read_page","arguments":{"page":${place + 1}}}]}`
        : '{"answer":"Page read."}',
    );
}

/** An agent that reads pages, its server, and what was compacted. */
export interface ReadingAgent {
  readonly agent: Agent;
  readonly transport: CountingTransport;
  readonly compactions: readonly Extract<RunEvent, { type: 'context-compacted' }>[];
}

/** Makes such an agent; its profile has a window of 4,096 tokens. */
export function readingAgent(
  server: Partial<CountingOptions> & Pick<CountingOptions, 'replyTo'>,
  {
    profile = gemma3,
    ...options
  }: Partial<AgentOptions<unknown>> & { readonly profile?: ModelProfile } = {},
): ReadingAgent {
  const transport = countingTransport({ window: 4_096, ...server });
  const known = defineProfile(profile, { contextWindow: 4_096 });
  const model = dialectModel({ transport, profile: known, dialect: createDialect(known) });
  const agent = new Agent({
    tools: [pageTool()],
    limits: { maxSteps: 1_000 },
    ...options,
    name: 'reader',
    model,
  });
  const compactions: Extract<RunEvent, { type: 'context-compacted' }>[] = [];
  agent.on('context-compacted', (event) => void compactions.push(event));
  return { agent, transport, compactions };
}

/** Everything in a request except the tools. */
export function messagesOf(request: TransportRequest | undefined): string {
  return JSON.stringify(request?.body.messages ?? []);
}
