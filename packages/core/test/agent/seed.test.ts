import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { memoryBlobStore } from '../../src/turns/blob-store.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { plainJson } from '../support/play-scenario.ts';
import { readEvents } from '../support/read-events.ts';
import { tinyPng } from '../support/tiny-image.ts';

const look = tool({ name: 'look', description: 'Looks.', execute: () => 'Nothing.' });
const script = [callsTool('look'), says('Done.')];

function guide(options: { readonly instructions?: string } = {}) {
  return new Agent({ name: 'guide', model: scriptedModel(script), tools: [look], ...options });
}

describe('a seed', () => {
  test('has the input, and a run from it is the same as a run of the input', async () => {
    const seed = plainJson(await guide().seed('Go.'));
    const seeded = await readEvents(guide().resume(seed));
    const plain = await readEvents(guide().stream('Go.'));
    const withoutClock = ({ events }: typeof plain) =>
      events.map((event) => ({ ...event, runId: '', at: 0, durationMs: 0 }));
    expect(withoutClock(seeded)).toEqual(withoutClock(plain));
    expect(seeded.events[0]).toMatchObject({ type: 'run-started', resumed: false });
  });

  test('has the ids that were given, and else random ones', async () => {
    const seed = await guide().seed('Go.', { runId: 'run-7', conversationId: 'chat-1' });
    expect(seed).toMatchObject({ runId: 'run-7', conversationId: 'chat-1', step: 0 });
    expect(await guide().resume(seed).result).toMatchObject({ runId: 'run-7' });
    const { runId, conversationId } = await guide().seed('Go.');
    expect(runId).toBe(conversationId);
    expect((await guide().seed('Go.')).runId).not.toBe(runId);
  });

  test('continues a conversation', async () => {
    const transcript = Transcript.empty().user('Hi.').assistant('Hello.');
    const seed = await guide().seed('Go.', { transcript });
    expect(seed.transcript.turns).toHaveLength(2);
    expect((await guide().resume(seed).result).transcript.turns).toHaveLength(6);
  });

  test('has the images of its input in the blob store', async () => {
    const blobs = memoryBlobStore();
    const model = scriptedModel([says('A pixel.')]);
    const agent = new Agent({ name: 'a', model, blobs });
    const seed = await agent.seed([{ type: 'image', image: tinyPng }]);
    const result = await agent.resume(plainJson(seed)).result;
    const [turn] = result.transcript.turns;
    const part = turn?.role === 'user' ? turn.inputs[0].parts[0] : undefined;
    const image = part?.type === 'image' ? part.image : undefined;
    expect(await blobs.get(image?.sha256 ?? '')).toEqual(Buffer.from(tinyPng));
  });

  test('is refused for an empty input, an unknown option, and a conversation whose calls wait', async () => {
    const call = { id: '1.0', name: 'look', arguments: {} };
    const open = Transcript.empty()
      .user('Hi.')
      .assistant({ role: 'assistant', kind: 'calls', calls: [call] });
    await expect(guide().seed(' ')).rejects.toMatchObject({ code: 'invalid_options' });
    await expect(guide().seed('Go.', { runid: 'x' } as object)).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining('"runId"'),
    });
    await expect(guide().seed('Go.', { transcript: open })).rejects.toMatchObject({
      code: 'calls_waiting',
    });
  });
});

describe('the fingerprint of an agent', () => {
  const parameters = z.object({ city: z.string() });
  const base = {
    name: 'a',
    model: scriptedModel([]),
    tools: [tool({ name: 'look', description: 'Looks.', parameters, execute: () => 'x' })],
  };
  const first = new Agent(base).fingerprint();

  test('is the same for another agent with the same options, and for other code of a tool', () => {
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    const tools = [tool({ name: 'look', description: 'Looks.', parameters, execute: () => 'y' })];
    expect(new Agent({ ...base, name: 'b', tools }).fingerprint()).toBe(first);
  });

  test.each<[string, object]>([
    ['the tools', { tools: [] }],
    ['the description of a tool', { tools: [{ ...base.tools[0], description: 'Sees.' }] }],
    ['how often a tool may run', { tools: [{ ...base.tools[0], repeat: 'safe' }] }],
    [
      'the schema of a tool',
      { tools: [tool({ name: 'look', description: 'Looks.', execute: () => 'x' })] },
    ],
    ['the instructions', { instructions: 'Be kind.' }],
    ['the settings', { settings: { temperature: 0 } }],
    ['the model', { model: { ...scriptedModel([]), id: 'other' } }],
    ['the schema of the answer', { output: z.object({ city: z.string() }) }],
  ])('is different if these are different: %s', (_what, options) => {
    expect(new Agent({ ...base, ...options }).fingerprint()).not.toBe(first);
  });
});
