import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { probeProfile } from '../../src/doctor/index.ts';
import {
  Agent,
  type AgentOptions,
  createNetGuard,
  defineProfile,
  type ModelProfile,
  openaiCompatible,
  privatemode,
  profiles,
  Transcript,
  tool,
} from '../../src/index.ts';
import { executeTool } from '../../src/model.ts';
import { callsTool, forbidNetwork, says, scriptedModel } from '../../src/testing/index.ts';

type Given = Readonly<Record<string, unknown>>;

const approve = tool({
  name: 'approve',
  description: 'Needs approval.',
  parameters: z.object({}),
  needsApproval: true,
  execute: () => 'ok',
});

const agent = () => new Agent({ name: 'guide', model: scriptedModel([says('Hello.')]) });

async function pausedRun() {
  const model = scriptedModel([callsTool('approve'), says('Done.')]);
  const asking = new Agent({ name: 'guide', model, tools: [approve] });
  const result = await asking.run('Go.');
  return { agent: asking, state: result.state };
}

const server = { baseURL: 'http://127.0.0.1:1/v1', model: 'gemma-3-27b' };

/** Every function that takes options, called with additional ones. */
const entries: Readonly<Record<string, (given: Given) => unknown>> = {
  'new Agent()': (given) => {
    const options = { name: 'guide', model: scriptedModel([]), ...given };
    return new Agent(options as AgentOptions<unknown>);
  },
  'agent.run()': (given) => agent().run('Hi', given),
  'agent.stream()': (given) => agent().stream('Hi', given).result,
  'agent.resume()': async (given) => {
    const { agent: asking, state } = await pausedRun();
    return await asking.resume(state, given).result;
  },
  'run.steer()': (given) => {
    const run = agent().stream('Hi');
    // The run itself does not fail.
    void run.result;
    run.steer('And you?', given);
  },
  'executeTool()': (given) =>
    executeTool(approve, {
      arguments: {},
      context: undefined,
      signal: new AbortController().signal,
      callId: '1.0',
      ...given,
    }),
  'tool "add"': (given) =>
    tool({
      name: 'add',
      description: 'A tool.',
      parameters: z.object({}),
      execute: () => 1,
      ...given,
    }),
  'openaiCompatible()': (given) => openaiCompatible({ ...server, ...given }),
  'privatemode()': (given) => privatemode('gemma-3-27b', given),
  'defineProfile()': (given) => defineProfile(profiles.gemma3, given),
  'probeProfile()': (given) => probeProfile({ ...server, ...given }),
  'createNetGuard()': (given) => createNetGuard(given),
  'Transcript.repair()': (given) => Transcript.repair([], given),
  'toOpenAI()': (given) => Transcript.empty().toOpenAI(given),
  'says()': (given) => says('Hello.', given),
  'forbidNetwork()': (given) => forbidNetwork(given)(),
};

/** Without `code` if nothing is thrown. */
async function outcomeOf(entry: string, given: Given): Promise<{ code?: string; message: string }> {
  try {
    await entries[entry]?.(given);
    return { message: 'Nothing was thrown.' };
  } catch (thrown) {
    const { code, message } = thrown as { code: string; message: string };
    return { code, message };
  }
}

describe('an option that does not exist is refused with the most similar name', () => {
  test.each<[entry: string, given: Given, place: string, name: string, nearest: string]>([
    ['new Agent()', { instruction: 'x' }, '', 'instruction', 'instructions'],
    ['new Agent()', { system: 'Be brief.' }, '', 'system', 'instructions'],
    ['new Agent()', { maxRepeats: 2 }, '', 'maxRepeats', 'limits.maxRepeats'],
    ['new Agent()', { temperature: 0 }, '', 'temperature', 'settings.temperature'],
    ['new Agent()', { maxTurns: 4 }, '', 'maxTurns', 'limits.maxSteps'],
    ['new Agent()', { settings: { maxTokens: 48 } }, 'settings', 'maxTokens', 'maxOutputTokens'],
    ['new Agent()', { settings: { max_tokens: 48 } }, 'settings', 'max_tokens', 'maxOutputTokens'],
    ['new Agent()', { settings: { top_p: 1 } }, 'settings', 'top_p', 'topP'],
    ['new Agent()', { limits: { maxStep: 2 } }, 'limits', 'maxStep', 'maxSteps'],
    [
      'new Agent()',
      { limits: { prices: { scripted: { inputs: 1 } } } },
      'limits.prices["scripted"]',
      'inputs',
      'input',
    ],
    ['new Agent()', { contextWindow: { window: 9 } }, 'contextWindow', 'window', 'tokens'],
    ['new Agent()', { contextWindow: { reserve: 9 } }, 'contextWindow', 'reserve', 'reserveTokens'],
    ['new Agent()', { images: { maxByte: 9 } }, 'images', 'maxByte', 'maxBytes'],
    ['agent.run()', { abortSignal: AbortSignal.abort() }, '', 'abortSignal', 'signal'],
    ['agent.run()', { settings: { maxTokens: 48 } }, 'settings', 'maxTokens', 'maxOutputTokens'],
    ['new Agent()', { max_tokens: 48 }, '', 'max_tokens', 'settings.maxOutputTokens'],
    ['new Agent()', { stopSequences: [] }, '', 'stopSequences', 'settings.stop'],
    ['agent.run()', { messages: [] }, '', 'messages', 'transcript'],
    ['agent.stream()', { maxSteps: 3 }, '', 'maxSteps', 'limits.maxSteps'],
    ['agent.stream()', { limits: { maxCosts: 3 } }, 'limits', 'maxCosts', 'maxCost'],
    ['agent.resume()', { decision: {} }, '', 'decision', 'decisions'],
    ['agent.resume()', { limits: { maxStep: 1 } }, 'limits', 'maxStep', 'maxSteps'],
    ['run.steer()', { ids: 'x' }, '', 'ids', 'id'],
    ['executeTool()', { blob: {} }, '', 'blob', 'blobs'],
    ['tool "add"', { inputSchema: {} }, '', 'inputSchema', 'parameters'],
    ['tool "add"', { timeout: 5 }, '', 'timeout', 'timeoutMs'],
    ['openaiCompatible()', { baseUrl: 'x' }, '', 'baseUrl', 'baseURL'],
    ['openaiCompatible()', { name: 'gemma' }, '', 'name', 'model'],
    ['openaiCompatible()', { token: 'x' }, '', 'token', 'apiKey'],
    ['openaiCompatible()', { maxRetries: 2 }, '', 'maxRetries', 'retry.maxRetries'],
    ['openaiCompatible()', { retry: { retries: 2 } }, 'retry', 'retries', 'maxRetries'],
    ['openaiCompatible()', { timeouts: { total: 2 } }, 'timeouts', 'total', 'totalMs'],
    [
      'openaiCompatible()',
      { profile: { ...profiles.gemma3, controlToken: 'x' } },
      'profile',
      'controlToken',
      'controlTokens',
    ],
    ['privatemode()', { retries: { maxRetries: 2 } }, '', 'retries', 'retry'],
    ['privatemode()', { timeouts: { firstToken: 2 } }, 'timeouts', 'firstToken', 'firstTokenMs'],
    ['defineProfile()', { contextwindow: 8_192 }, '', 'contextwindow', 'contextWindow'],
    ['defineProfile()', { turns: { orders: 'strict' } }, 'turns', 'orders', 'order'],
    ['defineProfile()', { images: { token: 5 } }, 'images', 'token', 'tokens'],
    ['probeProfile()', { onMeasure: () => undefined }, '', 'onMeasure', 'onMeasured'],
    ['probeProfile()', { timeouts: { ms: 2 } }, 'timeouts', 'ms', 'totalMs'],
    ['createNetGuard()', { allowed: [] }, '', 'allowed', 'allow'],
    ['Transcript.repair()', { blob: {} }, '', 'blob', 'blobs'],
    ['toOpenAI()', { imageURL: () => '' }, '', 'imageURL', 'imageUrl'],
    ['says()', { piece: [] }, '', 'piece', 'pieces'],
    ['forbidNetwork()', { loopBack: true }, '', 'loopBack', 'loopback'],
  ])('%s: %j', async (entry, given, place, name, nearest) => {
    const where = place === '' ? entry : `${place} of ${entry}`;
    expect(await outcomeOf(entry, given)).toEqual({
      code: 'invalid_options',
      message: `Unknown option "${name}" in ${where}. Did you mean "${nearest}"?`,
    });
  });

  test('of a fetch through the network guard', async () => {
    const options = { maxByte: 5 } as object;
    await expect(createNetGuard().fetch('https://example.com', options)).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining('Did you mean "maxBytes"?'),
    });
  });

  test('or with all known names if no name is similar', async () => {
    const { message } = await outcomeOf('new Agent()', { toolChoice: { name: 'add' } });
    expect(message).toBe(
      'Unknown option "name" in toolChoice of new Agent(). Known options: "tool".',
    );
    const choice = { type: 'function', function: { name: 'add' } };
    expect((await outcomeOf('new Agent()', { toolChoice: choice })).message).toBe(
      'Unknown option "type" in toolChoice of new Agent(). Known options: "tool".',
    );
    expect(await outcomeOf('createNetGuard()', { zzz: 1 })).toEqual({
      code: 'invalid_options',
      message: 'Unknown option "zzz" in createNetGuard(). Known options: "resolve", "allow".',
    });
  });

  test.each(Object.keys(entries))('at %s', async (entry) => {
    const { code, message } = await outcomeOf(entry, { qqqq: 1 });
    expect({ code, message }).toMatchObject({ code: 'invalid_options' });
    expect(message).toContain('Unknown option "qqqq" in');
  });

  test('before anything is sent', async () => {
    const model = scriptedModel([says('Hello.')]);
    const running = new Agent({ name: 'guide', model }).run('Hi', { limit: {} } as object);
    await expect(running).rejects.toMatchObject({ code: 'invalid_options' });
    expect(model.requests).toEqual([]);
  });

  test('also if it has the name of a method of every object', async () => {
    const { code } = await outcomeOf('agent.run()', JSON.parse('{ "toString": 1 }'));
    expect(code).toBe('invalid_options');
  });
});

describe('an option that is undefined is not set', () => {
  test.each(Object.keys(entries))('at %s', async (entry) => {
    const { code } = await outcomeOf(entry, { anything: undefined });
    // Nothing listens at the address of the server.
    expect([undefined, 'model_unreachable']).toContain(code);
  });

  test('so that a default and the option of the agent remain', async () => {
    const model = scriptedModel([callsTool('approve'), says('Done.')]);
    const free = tool({
      name: 'approve',
      description: 'A tool.',
      parameters: z.object({}),
      execute: () => 'ok',
      timeoutMs: undefined,
    } as never);
    const settings = { temperature: 0, seed: undefined };
    const given = { settings, limits: { maxSteps: undefined, maxRepeats: undefined } } as object;
    const options = { name: 'guide', model, tools: [free], ...given };
    const run = { settings: { temperature: undefined }, limits: { maxSteps: undefined } } as object;
    const result = await new Agent(options).run('Go.', run);
    expect(result.status).toBe('completed');
    expect(model.requests[0]?.settings).toMatchObject({ temperature: 0 });
  });

  test('so that a profile keeps what it has, except for images', () => {
    const changes = { contextWindow: undefined, turns: { order: undefined }, images: undefined };
    const { images: _images, ...withoutImages } = profiles.gemma3;
    expect(defineProfile(profiles.gemma3, changes as object)).toEqual(withoutImages);
  });
});

describe('an option of the wrong kind is refused', () => {
  const file = Buffer.from('sk-secret');

  test.each<[entry: string, given: Given, message: RegExp]>([
    ['new Agent()', { tools: { add: approve } }, /"tools".* is an object; .* a list of tools/],
    ['new Agent()', { tools: [approve, { name: 'act' }] }, /tools\[1\].*tool\(/],
    ['new Agent()', { settings: null }, /"settings".* is null; it must be an object/],
    ['new Agent()', { settings: { stop: 'END' } }, /"settings\.stop".*a list of strings/],
    ['new Agent()', { contextWindow: 8_192 }, /"contextWindow".*an object/],
    ['new Agent()', { limits: 5 }, /"limits".*an object/],
    ['new Agent()', { stopWhen: 8 }, /"stopWhen".*stepCountIs/],
    ['new Agent()', { instructions: ['Be brief.'] }, /"instructions".*a string or a function/],
    ['new Agent()', { blobs: new Map() }, /"blobs".*memoryBlobStore/],
    ['new Agent()', { toolChoice: 'any' }, /"toolChoice".*auto, required, none/],
    [
      'agent.run()',
      { signal: new AbortController() },
      /"signal".*AbortController.*controller\.signal/,
    ],
    ['agent.run()', { transcript: [] }, /Transcript\.repair/],
    ['agent.run()', { transcript: { v: 1, turns: [] } }, /Transcript\.fromJSON/],
    ['agent.run()', { limits: { maxSteps: '5' } }, /"limits\.maxSteps".*"5".*whole number/],
    ['agent.resume()', { decisions: { '1.0': true } }, /decisions\["1\.0"\].*kind: "approve"/],
    ['agent.resume()', { decisions: { '1.0': {} } }, /kind: "approve"/],
    ['agent.resume()', { decisions: { '1.0': { approved: 'yes' } } }, /approved".*true or false/],
    ['agent.resume()', { decisions: { '1.0': { kind: 'approved' } } }, /kind: "approve"/],
    ['agent.resume()', { decisions: { '1.0': { kind: 'deny', reson: 'x' } } }, /"reason"/],
    ['agent.resume()', { decisions: { '1.0': { kind: 'edit' } } }, /`arguments`/],
    ['agent.resume()', { decisions: [true] }, /"decisions".*an object/],
    ['openaiCompatible()', { retry: 3 }, /"retry".*an object/],
    ['openaiCompatible()', { timeouts: 1_000 }, /"timeouts".*an object/],
    ['openaiCompatible()', { headers: ['a: b'] }, /"headers".*an object/],
    ['openaiCompatible()', { baseURL: new URL(server.baseURL) }, /"baseURL".*URL.*a string/],
    ['openaiCompatible()', { dialect: 'json' }, /"dialect".*native, prompted, guided/],
    ['openaiCompatible()', { apiKey: file }, /"apiKey".*a string/],
    ['privatemode()', { fetch: true }, /"fetch".*a function/],
    ['defineProfile()', { contextWindow: '8k' }, /"contextWindow".*above 0/],
    ['defineProfile()', { turns: { toolRole: 'yes' } }, /"turns\.toolRole".*true or false/],
    ['createNetGuard()', { allow: 'files.internal' }, /"allow".*a list of strings/],
  ])('%s: %j', async (entry, given, message) => {
    expect(await outcomeOf(entry, given)).toEqual({
      code: 'invalid_options',
      message: expect.stringMatching(message),
    });
  });

  test('if the input of a run is a list of messages', async () => {
    const messages = [{ role: 'user', content: 'Hi' }];
    await expect(agent().run(messages as never)).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining('Transcript.repair'),
    });
  });

  test('without the value if it may be a secret', async () => {
    const { message } = await outcomeOf('openaiCompatible()', { apiKey: 4_711 });
    expect(message).toBe('Option "apiKey" of openaiCompatible() is a number; it must be a string.');
  });

  test('of a tool, with the code of every other wrong tool', async () => {
    expect(await outcomeOf('tool "add"', { needsApproval: 'yes' })).toMatchObject({
      code: 'invalid_tool',
      message: expect.stringMatching(/"needsApproval".*true, false or a function/),
    });
  });

  test.each(
    Object.keys(entries).filter((entry) => !/tool |executeTool|new Agent|openai|probe/.test(entry)),
  )('if the options of %s are not an object', async (entry) => {
    const { code } = await outcomeOf(entry, [] as unknown as Given);
    expect(code).toBe('invalid_options');
  });

  test('if defineProfile() has nothing to change', () => {
    const noProfile = undefined as unknown as ModelProfile;
    expect(() => defineProfile(noProfile, {})).toThrow(
      expect.objectContaining({ code: 'invalid_options' }),
    );
  });
});
