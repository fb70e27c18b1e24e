import { describe, expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';

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
