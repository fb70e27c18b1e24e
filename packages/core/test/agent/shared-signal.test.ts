import { EventEmitter, getEventListeners } from 'node:events';
import { expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';

/** An agent whose tool waits until its run is aborted. */
function waitingAgent(onStart: () => void) {
  const wait = tool({
    name: 'wait',
    description: 'Waits until the run is aborted.',
    parameters: { type: 'object', properties: {} },
    execute: (_input, { signal }) => {
      onStart();
      return new Promise<string>((resolve) => {
        signal.addEventListener('abort', () => resolve('Aborted.'));
      });
    },
  });
  const model = scriptedModel(Array.from({ length: 30 }, () => callsTool('wait')));
  return new Agent({ name: 'guide', model, tools: [wait] });
}

test('thirty runs at the same time on one signal stay below the number that Node warns about', async () => {
  const controller = new AbortController();
  let started = 0;
  let listeners = 0;
  const agent = waitingAgent(() => {
    started += 1;
    if (started < 30) return;
    listeners = getEventListeners(controller.signal, 'abort').length;
    controller.abort();
  });
  const runs = Array.from({ length: 30 }, () => agent.run('Wait.', { signal: controller.signal }));
  const results = await Promise.all(runs);
  expect(results.map(({ status }) => status)).toEqual(Array(30).fill('stopped'));
  expect(listeners).toBeGreaterThan(0);
  expect(listeners).toBeLessThanOrEqual(EventEmitter.defaultMaxListeners);
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
});

test('a run that ends keeps the listener of another run', async () => {
  const controller = new AbortController();
  const short = new Agent({ name: 'short', model: scriptedModel([says('Hi.')]) });
  const long = waitingAgent(() => {
    void short.run('Hi.', { signal: controller.signal }).then(() => controller.abort());
  });
  const result = await long.run('Wait.', { signal: controller.signal });
  expect(result).toMatchObject({ status: 'stopped', reason: 'aborted' });
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
});
