import { describe, expect, test } from '@jest/globals';
import { OpenAI } from 'openai';
import { Agent } from '../../src/agent/agent.ts';
import { fileSessionStore } from '../../src/agent/session/file-session-store.ts';
import { fileBlobStore } from '../../src/images/file-blob-store.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { defineProfile } from '../../src/profile/model-profile.ts';
import { stepCountIs } from '../../src/run/state/stop-condition.ts';
import { jsonSchema } from '../../src/schema/convert/to-schema.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { Transcript } from '../../src/turns/transcript.ts';

let wiped = 0;
const wipe = (more: object = {}) =>
  tool({
    name: 'wipe',
    description: 'Wipes.',
    execute: () => {
      wiped += 1;
      return 'ok';
    },
    ...more,
  });
const look = tool({ name: 'look', description: 'Looks.', execute: () => 'Nothing.' });

function agent(more: object = {}): Agent {
  return new Agent({ name: 'guide', model: scriptedModel([says('Hello.')]), ...more });
}

const run = (input: unknown, options?: unknown) => () =>
  agent().run(input as string, options as object);
const listen =
  (method: 'on' | 'once' | 'off', type: string, listener: unknown = () => {}) =>
  async () =>
    agent()[method](type as 'event', listener as () => void);

describe('the answer to a common mistake names it and what to do', () => {
  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'tools as an object',
      async () => agent({ tools: { look } }),
      /"tools".*Object\.values\(tools\)/,
    ],
    [
      'an AbortController as signal',
      run('Hi', { signal: new AbortController() }),
      /"signal".*controller\.signal/,
    ],
    [
      'an object with messages',
      run({ messages: [{ role: 'user', content: 'Hi' }] }),
      /Transcript\.repair/,
    ],
    ['one message', run({ role: 'user', content: 'Hi' }), /Transcript\.repair/],
    ['a list of messages', run([{ role: 'user', content: 'Hi' }]), /Transcript\.repair/],
    ['an object with a prompt', run({ prompt: 'Hi' }), /agent\.run\("Hello"/],
    ['one part', run({ type: 'text', text: 'Hi' }), /list of parts/],
    ['an unknown event', listen('on', 'tool-start'), /"tool-start".*"tool-started"/],
    ['an event of another emitter', listen('once', 'data'), /"data".*"run-finished"/],
    ['an unknown event that is removed', listen('off', 'runFinished'), /"run-finished"/],
    ['an event without a listener', listen('on', 'event', null), /not a function/],
    ['a promise of a tool', async () => agent({ tools: [Promise.resolve(look)] }), /Await it/],
    ['a list of tools in the tools', async () => agent({ tools: [look, [look]] }), /\[1\].*Spread/],
    ['a function that returns a tool', async () => agent({ tools: [() => look] }), /Call it/],
    [
      'a tool of the AI SDK',
      async () => agent({ tools: [{ description: 'Looks.', inputSchema: {} }] }),
      /aiSdkTools\(\)/,
    ],
    [
      'a model of the AI SDK',
      async () => agent({ model: { specificationVersion: 'v4', doGenerate: () => {} } }),
      /aiSdkModel\(/,
    ],
    [
      'a client of openai as model',
      async () => agent({ model: new OpenAI({ apiKey: 'none' }) }),
      /needs a model.*openaiCompatible/,
    ],
    [
      'the name of a tool as toolChoice',
      async () => agent({ tools: [look], toolChoice: 'look' }),
      /\{ tool: NAME \}/,
    ],
    [
      'a number as the window',
      async () => agent({ contextWindow: 8_192 }),
      /"contextWindow".*\{ .*tokens/,
    ],
    ['a timeout of a run', run('Hi', { timeout: 100 }), /"limits\.maxWallTimeMs"/],
    [
      'headers in an object that hides them',
      async () =>
        openaiCompatible({
          baseURL: 'http://127.0.0.1:9/v1',
          model: 'm',
          headers: new Headers({ 'x-team': 'a' }) as never,
        }),
      /"headers".*Headers.*\{ key: value \}/,
    ],
    [
      'decisions in a Map',
      async () => agent().resume({} as never, { decisions: new Map() as never }).result,
      /"decisions".*Map.*\{ key: value \}/,
    ],
    ['a store of sessions without a folder', async () => fileSessionStore(''), /'sessions'/],
    [
      'a store of images without a folder',
      async () => fileBlobStore(undefined as never),
      /'images'/,
    ],
    [
      'the id of a profile to change',
      async () => defineProfile('gemma-3' as never, {}),
      /profiles\.gemma3/,
    ],
    ['arguments of a script as a text', async () => callsTool('look', '{}' as never), /\{ a: 1 \}/],
  ])('%s', async (_, make, message) => {
    await expect((async () => await make())()).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringMatching(message),
    });
  });

  test.each(['needsApproval', 'isEnabled'])(
    '%s that throws is named with its tool',
    async (hook) => {
      const broken = tool({
        name: 'wipe',
        description: 'Wipes.',
        execute: () => 'ok',
        [hook]: () => {
          throw new Error('The rules are missing.');
        },
      });
      const model = scriptedModel([callsTool('wipe'), says('Done.')]);
      await expect(
        new Agent({ name: 'a', model, tools: [broken] }).run('Go.'),
      ).rejects.toMatchObject({
        code: 'run_failed',
        message: `${hook} of tool "wipe" threw: The rules are missing.`,
      });
    },
  );

  test.each<[string, object, RegExp]>([
    ['instructions', { instructions: () => undefined }, /^instructions returned undefined.*string/],
    [
      'isEnabled',
      { tools: [wipe({ isEnabled: () => 1 })] },
      /^isEnabled .*"wipe" returned 1.*true/,
    ],
    [
      'needsApproval',
      { tools: [wipe({ needsApproval: () => undefined })] },
      /^needsApproval of tool "wipe" returned undefined; it must return true or false\.$/,
    ],
    [
      'stopWhen',
      { tools: [wipe()], stopWhen: stepCountIs },
      /^stopWhen\[0\] returned a function.*stepCountIs\(8\)/,
    ],
    [
      'validateOutput',
      { output: jsonSchema({ type: 'object' }), validateOutput: () => true },
      /^validateOutput returned true.*undefined if the answer is right/,
    ],
  ])(
    '%s that returns a wrong value is named, and no tool runs because of it',
    async (hook, more, message) => {
      wiped = 0;
      const script = hook === 'validateOutput' ? [says('{}')] : [callsTool('wipe'), says('Done.')];
      const running = agent({ model: scriptedModel(script), ...more }).run('Go.');
      await expect(running).rejects.toMatchObject({
        code: 'run_failed',
        message: expect.stringMatching(message),
      });
      expect(wiped).toBe(hook === 'stopWhen' ? 1 : 0);
    },
  );

  test('validateOutput that returns null accepts the answer', async () => {
    const model = scriptedModel([says('{"a": 1}')]);
    const output = jsonSchema({ type: 'object' });
    const result = await agent({ model, output, validateOutput: () => null }).run('Go.');
    expect(result.status).toBe('completed');
  });

  test.each<[string, unknown, RegExp]>([
    ['a text', '{"v": 1}', /JSON\.parse/],
    ['messages', [{ role: 'user', content: 'Hi' }], /Transcript\.repair/],
    ['a state', { v: 1, transcript: {} }, /`transcript`/],
  ])('Transcript.fromJSON of %s names what to pass', (_what, given, message) => {
    expect(() => Transcript.fromJSON(given as never)).toThrow(message);
  });

  test('a transcript that is resumed is named', async () => {
    const { transcript } = await agent().run('Hi');
    expect(() => agent().resume(transcript as never)).toThrow('agent.run(input, { transcript })');
  });

  test.each(['http://127.0.0.1:9/v1', 'http://no-such-host.invalid/v1'])(
    'a wrong address (%s) names the option of core, and no variable of a program',
    async (baseURL) => {
      const model = openaiCompatible({
        baseURL,
        model: 'm',
        profile: 'qwen-3',
        retry: { maxRetries: 0 },
      });
      const running = new Agent({ name: 'a', model }).run('Hi');
      await expect(running).rejects.toMatchObject({
        code: 'model_unreachable',
        message: expect.stringContaining('`baseURL`'),
      });
      await expect(running).rejects.not.toMatchObject({
        message: expect.stringContaining('TURNWISE_'),
      });
    },
  );

  test('a script that is too short is named as the cause', async () => {
    const model = scriptedModel([callsTool('look')]);
    await expect(new Agent({ name: 'a', model, tools: [look] }).run('Go.')).rejects.toMatchObject({
      code: 'run_failed',
      cause: expect.any(RangeError),
    });
  });
});
