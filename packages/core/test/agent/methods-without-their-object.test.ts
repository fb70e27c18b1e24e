import { expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import { Session } from '../../src/agent/session/session.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { answersJson, completion, startModelServer } from '../support/model-server.ts';

async function startAgent() {
  const server = await startModelServer(answersJson(completion({ content: 'Hello.' })));
  const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile: 'openai' });
  return { server, agent: new Agent({ name: 'guide', model }) };
}

test('the methods of an agent work without their agent', async () => {
  const { server, agent } = await startAgent();
  await using _server = server;
  const { run, stream, resume, seed, checkDecisions, fingerprint, on, once, off } = agent;
  const seen: string[] = [];
  const listener = ({ type }: { readonly type: string }) => void seen.push(type);
  expect(on('run-finished', listener)).toBe(agent);
  once('run-started', listener);
  expect(await run('Hi.')).toMatchObject({ output: 'Hello.' });
  expect(seen).toEqual(['run-started', 'run-finished']);
  off('run-finished', listener);
  expect(await stream('Hi.').result).toMatchObject({ output: 'Hello.' });
  const saved = await seed('Hi.');
  await checkDecisions(saved, {});
  expect(await resume(saved).result).toMatchObject({ output: 'Hello.' });
  expect(fingerprint()).toBe(agent.fingerprint());
  expect(seen).toHaveLength(2);
});

test('the methods of a run work without their run', async () => {
  const { server, agent } = await startAgent();
  await using _server = server;
  const { abort, steer, result } = agent.stream('Hi.');
  steer('And now?');
  [0].forEach(abort);
  expect(await result).toMatchObject({ status: 'stopped', reason: 'aborted' });
});

test('the methods of a session work without their session', async () => {
  const { server, agent } = await startAgent();
  await using _server = server;
  const session = new Session();
  const { transcript, paused, replace, delete: remove } = session;
  const { transcript: longer } = await agent.run('Hi.', { session });
  expect((await transcript()).turns).toHaveLength(2);
  expect(await paused()).toBeUndefined();
  await replace(longer as never);
  await remove();
  expect((await transcript()).turns).toHaveLength(0);
});

test('a method of a subclass is used, and a test can replace one', async () => {
  const { server, agent } = await startAgent();
  await using _server = server;
  class Polite extends Agent {
    override fingerprint(): string {
      return `polite ${super.fingerprint()}`;
    }
  }
  const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile: 'openai' });
  const { fingerprint } = new Polite({ name: 'guide', model });
  expect(fingerprint()).toMatch(/^polite /);
  agent.fingerprint = () => 'mine';
  expect(agent.fingerprint()).toBe('mine');
  expect(Object.keys(agent)).toEqual(['name']);
});
