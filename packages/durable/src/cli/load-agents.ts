import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TurnwiseError } from '@turnwise/core';
import type { DurableAgent } from '../engine/durable-agent.ts';

/** The agents that a module exports as `agents`, as for `durable()`. Rejects with `invalid_options`. */
export async function loadAgents(file: string): Promise<ReadonlyMap<string, DurableAgent>> {
  const path = resolve(file);
  const { agents, default: main }: Readonly<Record<string, unknown>> = await load(path);
  const found = agents ?? Reflect.get(Object(main), 'agents');
  const entries = Object.entries(Object(found) as Readonly<Record<string, DurableAgent>>);
  const isComplete = entries.every(([, each]) => typeof each?.agent?.resume === 'function');
  if (entries.length > 0 && isComplete) return new Map(entries);
  throw new TurnwiseError(
    'invalid_options',
    `"${path}" has no agents. Export them as for durable(): export const agents = { billing: { agent } }.`,
  );
}

async function load(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TurnwiseError(
      'invalid_options',
      `The module "${path}" could not be loaded: ${reason}. --agents needs a file in JavaScript that exports the agents.`,
      { cause },
    );
  }
}
