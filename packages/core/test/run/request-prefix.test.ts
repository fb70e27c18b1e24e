import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import type { DialectName } from '../../src/profile/model-profile.ts';
import { tool } from '../../src/tool/tool.ts';
import {
  listsModel,
  repliesCall,
  repliesText,
  startRoutedServer,
} from '../support/routed-server.ts';

interface Message {
  readonly role: string;
  readonly content: string;
}

const ferry = tool({
  name: 'find_ferry',
  description: 'Next ferry to an island.',
  parameters: z.object({ island: z.string() }),
  execute: ({ island }) => `10:40 to ${island}`,
});

const callsOf: Readonly<Record<DialectName, (island: string) => ReturnType<typeof repliesText>>> = {
  native: (island) => repliesCall('find_ferry', { island }),
  guided: (island) =>
    repliesText(JSON.stringify({ calls: [{ name: 'find_ferry', arguments: { island } }] })),
  prompted: (island) => repliesText(`[find_ferry(island="${island}")]`),
};

/** Runs two calls, a draft that is not the output, and the output; returns the requests. */
async function requestsOf(dialect: DialectName, model: string, owner: string) {
  const draft = dialect === 'guided' ? '{"answer":"Soon."}' : 'Soon.';
  await using server = await startRoutedServer(
    { '/v1/models': listsModel(model, owner) },
    callsOf[dialect]('Fårö'),
    callsOf[dialect]('Ven'),
    repliesText(draft),
    repliesText('{"departs":"10:40"}'),
  );
  const agent = new Agent({
    name: 'harbour',
    instructions: 'You know the ferries.',
    model: openaiCompatible({ baseURL: server.baseURL, model, dialect }),
    tools: [ferry],
    output: z.object({ departs: z.string() }),
  });
  const result = await agent.run('When do the ferries to Fårö and Ven leave?');
  expect(result).toMatchObject({ status: 'completed', output: { departs: '10:40' } });
  return server.chats as readonly {
    readonly messages: readonly Message[];
    readonly tools?: unknown;
  }[];
}

/** Expects that a request begins as another one, byte for byte: only its last message may be longer. */
function expectPrefix(before: readonly Message[], after: readonly Message[]): void {
  const last = before.length - 1;
  expect(after.slice(0, last)).toEqual(before.slice(0, last));
  expect(after[last]?.role).toBe(before[last]?.role);
  expect(after[last]?.content.startsWith(before[last]?.content ?? '')).toBe(true);
}

describe('a request of a run begins with the same bytes as the one before', () => {
  test.each<[DialectName, string, string]>([
    ['native', 'some-model', 'vllm'],
    ['guided', 'some-model', 'vllm'],
    ['guided', 'qwen2.5-coder-1.5b-instruct', 'llamacpp'],
    ['prompted', 'some-model', 'vllm'],
  ])('in the %s dialect, with the model "%s" on %s', async (dialect, model, owner) => {
    const chats = await requestsOf(dialect, model, owner);
    expect(chats).toHaveLength(4);
    // The chat template of a native request writes the tools, and the request for the output offers none.
    const compared = dialect === 'native' ? chats.slice(0, 3) : chats;
    for (const [place, { messages, tools }] of compared.entries()) {
      const before = compared[place - 1];
      if (before === undefined) continue;
      expectPrefix(before.messages, messages);
      expect(tools).toEqual(before.tools);
    }
  });
});
