import { describe, expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import type { ModelProgress, ModelReply } from '../../src/model/model.ts';
import { callsTools, fails, says, saysNothing, scriptedModel } from '../../src/testing/index.ts';
import { answerRequest } from '../support/answer-request.ts';

async function ask(
  model: ReturnType<typeof scriptedModel>,
  { stream = true, signal = new AbortController().signal } = {},
): Promise<{ readonly progress: readonly ModelProgress[]; readonly reply: ModelReply }> {
  const replying = model.request({ ...answerRequest, stream }, signal);
  const progress: ModelProgress[] = [];
  while (true) {
    const next = await replying.next();
    if (next.done === true) return { progress, reply: next.value };
    progress.push(next.value);
  }
}

describe('a scripted model', () => {
  test('streams its pieces and returns the complete text', async () => {
    const { progress, reply } = await ask(
      scriptedModel([says('Hello', { pieces: ['Hel', 'lo'] })]),
    );
    expect(progress.map(({ type }) => type)).toEqual([
      'request-prepared',
      'text-delta',
      'text-delta',
    ]);
    expect(reply.parsed).toMatchObject({ kind: 'text', text: 'Hello' });
  });

  test('yields no deltas if the request is not streamed', async () => {
    const { progress } = await ask(scriptedModel([says('Hello')]), { stream: false });
    expect(progress.map(({ type }) => type)).toEqual(['request-prepared']);
  });

  test('records its requests', async () => {
    const model = scriptedModel([says('1'), says('2')]);
    await ask(model);
    await ask(model);
    expect(model.requests).toHaveLength(2);
    expect(model.requests[0]?.transcript.turns).toHaveLength(1);
  });

  test('throws an error with the number of the request after the last reply', async () => {
    const model = scriptedModel([says('1')]);
    await ask(model);
    await expect(ask(model)).rejects.toThrow(/1 repl.*request 2/);
  });

  test('stops on abort', async () => {
    const signal = AbortSignal.abort(new Error('Enough.'));
    await expect(ask(scriptedModel([says('1')]), { signal })).rejects.toThrow('Enough.');
  });

  test('fails with the scripted error', async () => {
    const error = new Error('Gone.');
    await expect(ask(scriptedModel([fails(error)]))).rejects.toBe(error);
  });

  test.each([
    ['a text', ['Hello'], 'script[0]'],
    ['an entry that is missing', [says('1'), undefined], 'script[1]'],
    ['one reply without a list', says('1'), 'script'],
    ['nothing', undefined, 'script'],
  ])('refuses %s in place of replies', (_, script, place) => {
    const create = () => scriptedModel(script as never);
    expect(create).toThrow(`${place} of scriptedModel() is not a reply.`);
  });

  test('refuses a reply with an empty list of calls', () => {
    expect(() => callsTools()).toThrow(RangeError);
  });

  test('gets another request from the agent after an empty reply', async () => {
    const model = scriptedModel([saysNothing(), says('Hello')]);
    const result = await new Agent({ name: 'a', model }).run('Hi');
    expect(result).toMatchObject({ output: 'Hello', fixes: [{ kind: 'asked-again' }] });
  });
});
