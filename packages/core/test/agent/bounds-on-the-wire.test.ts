import { getEventListeners } from 'node:events';
import { describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { type Tool, tool } from '../../src/tool/tool.ts';
import {
  type Answer,
  chunk,
  done,
  type ModelServer,
  startModelServer,
  streamsPieces,
} from '../support/model-server.ts';
import { repliesCall, repliesText } from '../support/routed-server.ts';

const modes = [{ streamed: false }, { streamed: true }];

function modelOn(server: ModelServer) {
  return openaiCompatible({
    baseURL: server.baseURL,
    model: 'm',
    profile: 'openai',
    retry: { maxRetries: 0 },
  });
}

const toolCall = {
  index: 0,
  id: 'x',
  type: 'function',
  function: { name: 'act', arguments: '{}' },
};

/** One call and then a text, streamed or whole. */
function callThenText(streamed: boolean): readonly Answer[] {
  if (!streamed) return [repliesCall('act', {}), repliesText('Done.')];
  return [
    streamsPieces(chunk({ tool_calls: [toolCall] }), chunk({}, 'tool_calls') + done),
    streamsPieces(chunk({ content: 'Done.' }), chunk({}, 'stop') + done),
  ];
}

function actWith(execute: Tool['execute']) {
  return tool({ name: 'act', description: 'Acts.', parameters: z.object({}), execute });
}

describe.each(modes)('an error text of a tool (streamed: $streamed)', ({ streamed }) => {
  test.each<[string, Tool['execute']]>([
    [
      'thrown by a synchronous tool',
      () => {
        throw new Error('x'.repeat(300_000));
      },
    ],
    ['a rejection', () => Promise.reject(new Error('y '.repeat(150_000)))],
    [
      'a text that was thrown',
      () => {
        throw '🙂'.repeat(100_000);
      },
    ],
    [
      'of a long cause',
      () => {
        throw new Error('no', { cause: new Error('z'.repeat(300_000)) });
      },
    ],
  ])('%s is cut before it is sent', async (_name, execute) => {
    await using server = await startModelServer(...callThenText(streamed));
    const agent = new Agent({ name: 'guide', model: modelOn(server), tools: [actWith(execute)] });
    const result = streamed ? await agent.stream('Go.').result : await agent.run('Go.');
    expect(result).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(server.requests).toHaveLength(2);
    expect(server.requests[1]?.text.length).toBeLessThan(60_000);
  });
});

describe.each(modes)(
  'a listener that changes what it gets (streamed: $streamed)',
  ({ streamed }) => {
    test.each(['tool-finished', 'tool-turn-added', 'assistant-turn-added', 'event'] as const)(
      'on %s does not change the next request',
      async (type) => {
        const send = async (listener: (event: unknown) => void) => {
          await using server = await startModelServer(...callThenText(streamed));
          const act = actWith(() => ({ rows: [{ id: 1 }] }));
          const agent = new Agent({ name: 'guide', model: modelOn(server), tools: [act] });
          agent.on(type, listener);
          await (streamed ? agent.stream('Go.').result : agent.run('Go.'));
          return server.requests[1]?.body.messages;
        };
        expect(await send(overwrite)).toEqual(await send(() => undefined));
      },
    );
  },
);

/** Overwrites every value that can be reached. */
function overwrite(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    overwrite(each);
    Reflect.set(value, key, 'overwritten');
  }
}

describe.each(modes)('thirty runs on one signal (streamed: $streamed)', ({ streamed }) => {
  test.each(['before the server answers', 'after the first piece', 'while tools run'])(
    'give no warning, and an abort %s ends all of them',
    async (when) => {
      const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const controller = new AbortController();
      let waiting = 0;
      const wait = () => {
        waiting += 1;
        if (waiting === 30) controller.abort();
      };
      const holds: Answer = (response) => {
        if (when === 'after the first piece') {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(chunk({ content: 'a' }));
        }
        wait();
      };
      const [call = holds] = callThenText(streamed);
      await using server = await startModelServer(when === 'while tools run' ? call : holds);
      const act = actWith(() => {
        wait();
        return new Promise(() => undefined);
      });
      const agent = new Agent({ name: 'guide', model: modelOn(server), tools: [act] });
      const options = { signal: controller.signal };
      const results = await Promise.all(
        Array.from({ length: 30 }, () =>
          streamed ? agent.stream('Go.', options).result : agent.run('Go.', options),
        ),
      );
      expect(results.map(({ status }) => status)).toEqual(Array(30).fill('stopped'));
      expect(server.requests).toHaveLength(30);
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
      expect(warnings).not.toHaveBeenCalled();
      warnings.mockRestore();
    },
  );
});
