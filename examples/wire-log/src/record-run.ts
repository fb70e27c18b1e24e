import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, openaiCompatible, profiles, type RunEvent } from '@turnwise/core';
import { type LoggedRequest, startLocalEndpoint } from '@turnwise/local';
import { calculator, files } from '@turnwise/tools';

/** A dialect that can be recorded. */
export type RecordedDialect = 'native' | 'prompted';

/** One request of a run and its reply. */
export interface Exchange {
  /** The body of the request that the endpoint received. */
  readonly body: LoggedRequest['body'];
  /** The turn that the reply became. */
  readonly turn: Extract<RunEvent, { type: 'assistant-turn-added' }>['turn'];
}

/** The question of the recorded run; it needs two tools, one after the other. */
export const question = 'How many lines does notes.txt have, and what is 17% of that?';

const servers = {
  native: { quirks: 'vllm', profile: profiles.gemma3 },
  prompted: { quirks: 'llama.cpp-2025', profile: profiles.gemma3Strict },
} as const;

/** Runs an agent on the embedded endpoint and returns every exchange, the same each time. */
export async function recordRun(dialect: RecordedDialect): Promise<readonly Exchange[]> {
  const { quirks, profile } = servers[dialect];
  const folder = await mkdtemp(join(tmpdir(), 'wire-log-'));
  const endpoint = await startLocalEndpoint({ quirks, models: ['gemma-3-27b'] });
  try {
    await writeFile(join(folder, 'notes.txt'), 'a line\n'.repeat(41));
    const agent = new Agent({
      name: 'counter',
      instructions: 'Be brief.',
      model: openaiCompatible({ baseURL: endpoint.url, model: 'gemma-3-27b', profile }),
      tools: [
        calculator(),
        ...files({ root: folder }).filter(({ name }) => name === 'count_lines'),
      ],
    });
    const turns: Exchange['turn'][] = [];
    agent.on('assistant-turn-added', ({ turn }) => turns.push(turn));
    await agent.run(question);
    return toExchanges(endpoint.requests, turns);
  } finally {
    await endpoint.close();
    await rm(folder, { recursive: true });
  }
}

function toExchanges(
  requests: readonly LoggedRequest[],
  turns: readonly Exchange['turn'][],
): readonly Exchange[] {
  return requests.map(({ body }, index) => {
    const turn = turns[index];
    if (turn === undefined || turns.length !== requests.length) {
      throw new Error(`${requests.length} requests gave ${turns.length} turns.`);
    }
    return { body, turn };
  });
}
