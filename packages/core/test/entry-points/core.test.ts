import { expect, test } from '@jest/globals';
import * as core from '@turnwise/core';
import { callsTool, says, scriptedModel } from '@turnwise/core/testing';
import { z } from 'zod';
import { answersJson, startModelServer } from '../support/model-server.ts';
import { repliesText } from '../support/routed-server.ts';

const {
  Agent,
  createNetGuard,
  defineProfile,
  jsonSchema,
  memoryBlobStore,
  openaiCompatible,
  privatemode,
  profiles,
  stepCountIs,
  Transcript,
  tool,
  toolWasCalled,
} = core;

const look = tool({
  name: 'look',
  description: 'A tool.',
  parameters: z.object({}),
  execute: () => 1,
});

const looking = (stopWhen: core.StopCondition) => {
  const model = scriptedModel([callsTool('look'), callsTool('look'), says('Done.')]);
  return new Agent({ name: 'guide', model, tools: [look], stopWhen }).run('Go.');
};

const thrownBy = async (act: () => unknown): Promise<unknown> =>
  await Promise.resolve()
    .then(act)
    .catch((thrown: unknown) => thrown);

/** One use of each exported value: an export without a use does not compile. */
const uses: Record<keyof typeof core, () => void | Promise<void>> = {
  Agent: async () => {
    const agent = new Agent({ name: 'guide', model: scriptedModel([says('Hello.')]) });
    expect(await agent.run('Hi')).toMatchObject({ status: 'completed', output: 'Hello.' });
  },
  AgentRun: async () => {
    const run = new Agent({ name: 'guide', model: scriptedModel([says('Hello.')]) }).stream('Hi');
    expect(run).toBeInstanceOf(core.AgentRun);
    expect((await run.result).status).toBe('completed');
  },
  createNetGuard: async () => {
    const refused = createNetGuard().check('http://127.0.0.1/');
    await expect(refused).rejects.toMatchObject({ code: 'network_refused' });
  },
  defineProfile: () => {
    expect(defineProfile(profiles.mistral, { contextWindow: 4_096 })).toMatchObject({
      id: 'mistral',
      contextWindow: 4_096,
    });
  },
  errorCatalogue: () => {
    expect(Object.keys(core.errorCatalogue)).toContain('invalid_options');
  },
  fileSessionStore: async () => {
    expect(await core.fileSessionStore('no-such-folder').load('chat')).toBeUndefined();
  },
  memorySessionStore: async () => {
    expect(await core.memorySessionStore().load('chat')).toBeUndefined();
  },
  Session: async () => {
    const session = new core.Session({ id: 'chat' });
    const agent = new Agent({ name: 'guide', model: scriptedModel([says('Hello.')]) });
    await agent.run('Hi', { session });
    expect((await session.transcript()).turns).toHaveLength(2);
  },
  jsonSchema: async () => {
    const { validate } = jsonSchema<{ city: string }>({ required: ['city'] });
    expect(await validate({})).toMatchObject({ ok: false });
  },
  fileBlobStore: async () => {
    const blobs = core.fileBlobStore('never-created');
    expect(await blobs.get('0'.repeat(64))).toBeUndefined();
  },
  memoryBlobStore: () => {
    const blobs = memoryBlobStore();
    blobs.put('ab', Uint8Array.of(7));
    expect(blobs.get('ab')).toEqual(Uint8Array.of(7));
  },
  ModelError: async () => {
    await using server = await startModelServer(answersJson({ error: 'No.' }, { status: 401 }));
    const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile: 'openai' });
    const thrown = await thrownBy(() => new Agent({ name: 'guide', model }).run('Hi'));
    expect(thrown).toBeInstanceOf(core.ModelError);
  },
  openaiCompatible: async () => {
    await using server = await startModelServer(repliesText('Hello.'));
    const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile: 'openai' });
    expect(await new Agent({ name: 'guide', model }).run('Hi')).toMatchObject({ output: 'Hello.' });
  },
  signState: () => {
    const state = { v: 1 } as never;
    expect(core.signState(state, 'k'.repeat(32)).state).toBe(state);
  },
  verifyState: () => {
    expect(() => core.verifyState({}, 'k'.repeat(32))).toThrow(core.TurnwiseError);
  },
  OutputInvalidError: async () => {
    const output = jsonSchema<number>({ type: 'number' });
    const options = { name: 'counter', model: scriptedModel([says('No.')]), output };
    const thrown = await thrownBy(() => new Agent({ ...options, outputRetries: 0 }).run('Count.'));
    expect(thrown).toBeInstanceOf(core.OutputInvalidError);
  },
  privatemode: async () => {
    await using server = await startModelServer(repliesText('Hello.'));
    const model = privatemode('gemma-3-27b', { baseURL: server.baseURL });
    await new Agent({ name: 'guide', model }).run('Hi');
    expect(server.requests[0]?.body).toHaveProperty('cache_salt');
  },
  profiles: () => {
    const ids = Object.values(profiles).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(profiles.gemma3.turns.order).toBe('strict');
  },
  SchemaError: async () => {
    const thrown = await thrownBy(() => jsonSchema({ $ref: '#/$defs/missing' }));
    expect(thrown).toBeInstanceOf(core.SchemaError);
  },
  stepCountIs: async () => {
    expect(await looking(stepCountIs(2))).toMatchObject({ status: 'stopped', reason: 'stop-when' });
  },
  tool: async () => {
    const model = scriptedModel([callsTool('look'), says('Done.')]);
    const { transcript } = await new Agent({ name: 'guide', model, tools: [look] }).run('Go.');
    expect(transcript.turns[2]).toMatchObject({ results: [{ name: 'look', status: 'ok' }] });
  },
  toolWasCalled: async () => {
    expect(await looking(toolWasCalled('look'))).toMatchObject({ reason: 'stop-when' });
  },
  Transcript: () => {
    const transcript = Transcript.empty().user('Hi').assistant('Hello.');
    expect(Transcript.fromJSON(transcript.toJSON()).turns).toEqual(transcript.turns);
  },
  TurnOrderError: async () => {
    const turns = [{ role: 'assistant', kind: 'text', text: 'Hello.' }] as const;
    expect(await thrownBy(() => Transcript.of(turns))).toBeInstanceOf(core.TurnOrderError);
  },
  TurnwiseError: async () => {
    const thrown = await thrownBy(() => openaiCompatible({} as core.OpenAICompatibleOptions));
    expect(thrown).toBeInstanceOf(core.TurnwiseError);
    expect(thrown).toMatchObject({ name: 'TurnwiseError', code: 'invalid_options' });
  },
};

test.each(Object.keys(core) as (keyof typeof core)[])('%s', async (name) => {
  await uses[name]();
});

test('these are all values of @turnwise/core', () => {
  expect(Object.keys(core).sort()).toEqual(Object.keys(uses).sort());
});
