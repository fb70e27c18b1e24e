import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, openaiCompatible, profiles, type RunEvent } from '@turnwise/core';
import { type LoggedRequest, startLocalEndpoint } from '@turnwise/local';
import { calculator, files } from '@turnwise/tools';

/** A way to speak to a server that can be recorded. */
export type RecordedDialect = 'native' | 'prompted';

/** One exchange of a run. */
export interface Exchange {
  /** The body of the request, as it reached the endpoint. */
  readonly body: LoggedRequest['body'];
  /** What the run made of the reply. */
  readonly heard: Extract<RunEvent, { type: 'assistant-turn-added' }>['turn'];
}

/** The question of the recorded run; it takes two tools, one after the other. */
export const question = 'How many lines does notes.txt have, and what is 17% of that?';

const servers = {
  native: { quirks: 'vllm', profile: profiles.gemma3 },
  prompted: { quirks: 'llama.cpp-2025', profile: profiles.gemma3Strict },
} as const;

/** Runs an agent on the embedded endpoint and gives every exchange; the same each time. */
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
    const heard: Exchange['heard'][] = [];
    agent.on('assistant-turn-added', ({ turn }) => heard.push(turn));
    await agent.run(question);
    return pair(endpoint.requests, heard);
  } finally {
    await endpoint.close();
    await rm(folder, { recursive: true });
  }
}

function pair(
  requests: readonly LoggedRequest[],
  turns: readonly Exchange['heard'][],
): readonly Exchange[] {
  return requests.map(({ body }, place) => {
    const heard = turns[place];
    if (heard === undefined || turns.length !== requests.length) {
      throw new Error(`${requests.length} requests led to ${turns.length} turns.`);
    }
    return { body, heard };
  });
}
