import { getMaxListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { callsTool, callsTools, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { type Tool, tool } from '../../src/tool/tool.ts';
import { memoryBlobStore } from '../../src/turns/blob-store.ts';
import { keepTimers, passTime, stopTime } from '../support/stopped-time.ts';
import { tinyPng } from '../support/tiny-image.ts';

beforeEach(stopTime);
afterEach(keepTimers);

const nothing = z.object({});

function toolNamed(
  name: string,
  execute: Tool['execute'],
  options: Partial<Pick<Tool, 'concurrency' | 'timeoutMs' | 'maxResultChars'>> = {},
): Tool {
  return tool({ name, description: 'A tool.', parameters: nothing, ...options, execute });
}

/** A tool that ends when the test releases it. */
function toolInHand(name: string, options: Partial<Pick<Tool, 'concurrency'>> = {}) {
  let end: () => void = () => {};
  const made = toolNamed(
    name,
    () =>
      new Promise<string>((resolve) => {
        end = () => resolve(name);
      }),
    options,
  );
  return { tool: made, end: () => end() };
}

async function eventsOf(tools: readonly Tool[], names: readonly string[]): Promise<RunEvent[]> {
  const calls = names.map((name) => [name, {}] as const);
  const model = scriptedModel([callsTools(...calls), says('Done.')]);
  const events: RunEvent[] = [];
  for await (const event of new Agent({ name: 'a', model, tools }).stream('Go.'))
    events.push(event);
  return events;
}

/** The events of tools in short, such as `started a`. */
function toolStory(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'tool-started' ||
    event.type === 'tool-finished' ||
    event.type === 'tool-progressed'
      ? [`${event.type.slice(5)} ${event.call.name}`]
      : [],
  );
}

describe('calls of one reply', () => {
  test('may be more than the number of listeners from which Node warns of a leak', async () => {
    const model = scriptedModel([says('Done.')]);
    const request = jest.spyOn(model, 'request');
    await new Agent({ name: 'a', model }).run('Go.');
    const signal = request.mock.calls[0]?.[1] ?? new AbortController().signal;
    // Node warns once a signal has more listeners than this.
    expect(getMaxListeners(signal)).toBe(Infinity);
  });

  test('start in call order, end in any order, and have results in call order', async () => {
    const slow = toolInHand('slow');
    const quick = toolNamed('quick', () => {
      setImmediate(slow.end);
      return 'quick';
    });
    const events = await eventsOf([slow.tool, quick], ['slow', 'quick']);
    expect(toolStory(events)).toEqual([
      'started slow',
      'started quick',
      'finished quick',
      'finished slow',
    ]);
    const added = events.find(({ type }) => type === 'tool-turn-added');
    expect(added).toMatchObject({ turn: { results: [{ name: 'slow' }, { name: 'quick' }] } });
  });

  test('an exclusive tool runs alone', async () => {
    const alone = toolNamed('alone', () => 'ok', { concurrency: 'exclusive' });
    const other = toolNamed('other', () => 'ok');
    const events = await eventsOf([alone, other], ['other', 'other', 'alone', 'other']);
    expect(toolStory(events)).toEqual([
      'started other',
      'started other',
      'finished other',
      'finished other',
      'started alone',
      'finished alone',
      'started other',
      'finished other',
    ]);
  });

  test('each ends with its own status, and the run continues', async () => {
    const tools = [
      toolNamed('works', () => 'ok'),
      toolNamed('throws', () => Promise.reject(new Error('No.'))),
      toolNamed(
        'hangs',
        () => {
          queueMicrotask(() => passTime(50));
          return new Promise<never>(() => {});
        },
        { timeoutMs: 50 },
      ),
    ];
    const events = await eventsOf(tools, ['works', 'throws', 'hangs', 'missing']);
    const added = events.find(({ type }) => type === 'tool-turn-added');
    expect(added).toMatchObject({
      turn: {
        results: [
          { callId: '1.0', status: 'ok' },
          { callId: '1.1', status: 'error' },
          { callId: '1.2', status: 'timeout' },
          { callId: '1.3', status: 'unknown-tool' },
        ],
      },
    });
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', status: 'completed' });
  });

  test('progress is reported between the start and the end of its call', async () => {
    const busy = toolNamed('busy', async (_input, { progress }) => {
      progress({ percent: 50 });
      await Promise.resolve();
      progress({ percent: 100 });
      return 'ok';
    });
    const events = await eventsOf([busy], ['busy']);
    expect(toolStory(events)).toEqual([
      'started busy',
      'progressed busy',
      'progressed busy',
      'finished busy',
    ]);
    const progress = events.flatMap((event) =>
      event.type === 'tool-progressed' ? [event.progress] : [],
    );
    expect(progress).toEqual([{ percent: 50 }, { percent: 100 }]);
  });

  test('the duration of an execution is reported, and 0 for a call that did not run', async () => {
    const events = await eventsOf([toolNamed('works', () => 'ok')], ['works', 'missing']);
    // They end in the order of completion, and the call that does not run may end first.
    const times = new Map(
      events.flatMap((event) =>
        event.type === 'tool-finished' ? [[event.call.name, event.durationMs]] : [],
      ),
    );
    expect(times.get('missing')).toBe(0);
    expect(Number.isInteger(times.get('works'))).toBe(true);
  });
});

describe('results', () => {
  test('keep the whole text although the model sees only a part', async () => {
    const long = 'x'.repeat(1_000);
    const tools = [toolNamed('long', () => long, { maxResultChars: 10 })];
    const model = scriptedModel([callsTool('long'), says('Done.')]);
    const result = await new Agent({ name: 'a', model, tools }).run('Go.');
    expect(result.transcript.turns[2]).toMatchObject({
      results: [{ parts: [{ text: long }], maxChars: 10 }],
    });
  });

  test('hold a value for the program that the model does not get', async () => {
    const tools = [toolNamed('both', () => ({ forModel: '2 rows', forApp: [1, 2] }))];
    const model = scriptedModel([callsTool('both'), says('Done.')]);
    const result = await new Agent({ name: 'a', model, tools }).run('Go.');
    expect(result.transcript.turns[2]).toMatchObject({
      results: [{ parts: [{ text: '2 rows' }], forApp: [1, 2] }],
    });
  });

  test('keep images in the blob store of the agent, not in the state', async () => {
    const blobs = memoryBlobStore();
    const kept = jest.spyOn(blobs, 'put');
    const tools = [toolNamed('photo', () => ({ type: 'image' as const, image: tinyPng }))];
    const model = scriptedModel([callsTool('photo'), says('A dot.')]);
    const result = await new Agent({ name: 'a', model, tools, blobs }).run('Go.');
    expect(kept).toHaveBeenCalledWith(expect.stringMatching(/^[0-9a-f]{64}$/), tinyPng);
    expect(JSON.stringify(result.state)).not.toContain('iVBOR');
  });
});

test('a tool that is no longer offered does not run', async () => {
  const execute = jest.fn(() => 'ran');
  let isOn = true;
  const once = tool({
    name: 'once',
    description: 'A tool.',
    parameters: nothing,
    isEnabled: () => isOn,
    execute: () => {
      isOn = false;
      return execute();
    },
  });
  const other = toolNamed('other', () => 'ok');
  const model = scriptedModel([callsTool('once'), callsTool('once'), says('Done.')]);
  const result = await new Agent({ name: 'a', model, tools: [once, other] }).run('Go.');
  expect(execute).toHaveBeenCalledTimes(1);
  expect(result.steps.map(({ calls }) => calls[0]?.status)).toEqual([
    'ok',
    'unknown-tool',
    undefined,
  ]);
});
