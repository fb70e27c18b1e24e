import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { type ToolContext, type ToolDefinition, tool } from '../../src/tool/tool.ts';
import type { ToolOutput } from '../../src/tool/tool-output.ts';
import { answerCall } from '../support/answer-call.ts';

const nothing = z.object({});

type Options = Partial<ToolDefinition<typeof nothing, unknown>>;

function toolThat(
  execute: (context: ToolContext) => ToolOutput | Promise<ToolOutput>,
  options: Options = {},
) {
  return tool({
    name: 'act',
    description: 'Acts.',
    parameters: nothing,
    ...options,
    execute: (_input, context) => execute(context),
  });
}

function fail(): never {
  throw new Error('Reading it fails.');
}

const readGuards = { message: { get: fail, enumerable: true } };

afterEach(() => void jest.useRealTimers());

describe('a call gets a result with a status', () => {
  test('what the tool returns is an ok result', async () => {
    expect(await answerCall(toolThat(() => 'Sunny.'))).toMatchObject({
      status: 'ok',
      text: 'Sunny.',
    });
  });

  test('a tool may return a function with a method then: it is awaited', async () => {
    const later = Object.defineProperty(() => {}, 'then', {
      value: (resolve: (text: string) => void) => queueMicrotask(() => resolve('Sunny.')),
    });
    const returnsFunction = toolThat(() => later as unknown as Promise<string>);
    expect(await answerCall(returnsFunction)).toMatchObject({ status: 'ok', text: 'Sunny.' });
  });

  test('an unknown name gets a result with the nearest name, and nothing runs', async () => {
    const execute = jest.fn(() => 'ran');
    const answered = await answerCall(toolThat(execute), {}, { name: 'acts' });
    expect(answered.status).toBe('unknown-tool');
    expect(answered.text).toContain('"act"');
    expect(execute).not.toHaveBeenCalled();
  });

  test('a name that every object inherits is unknown', async () => {
    const answered = await answerCall(
      toolThat(() => 'ran'),
      {},
      { name: 'constructor' },
    );
    expect(answered.status).toBe('unknown-tool');
  });

  test('arguments that could not be parsed are invalid, and nothing runs', async () => {
    const execute = jest.fn(() => 'ran');
    const unreadable = { text: '{"a": ', problem: 'It ends early.' };
    const answered = await answerCall(toolThat(execute), {}, { unreadable });
    expect(answered.status).toBe('invalid-arguments');
    expect(answered.text).toContain('It ends early.');
    expect(execute).not.toHaveBeenCalled();
  });

  test('the result for invalid arguments names the path of each issue', async () => {
    const days = z.object({ days: z.int().min(1), city: z.string() });
    const forecast = tool({
      name: 'forecast',
      description: 'Forecast.',
      parameters: days,
      execute: () => 'ran',
    });
    const answered = await answerCall(forecast, { days: 0 });
    expect(answered.status).toBe('invalid-arguments');
    expect(answered.text).toMatch(/days.*city/s);
  });

  test('an error that a check of the schema throws is an issue of the arguments', async () => {
    const parameters = z.object({
      city: z.string().refine(() => {
        throw new Error('The list of cities is gone.');
      }),
    });
    const broken = tool({ name: 'f', description: 'A tool.', parameters, execute: () => 'ran' });
    const answered = await answerCall(broken, { city: 'Paris' });
    expect(answered.status).toBe('invalid-arguments');
    expect(answered.text).toContain('The list of cities is gone.');
  });

  const circular: Record<string, unknown> = {};
  circular.self = circular;
  test.each<[string, unknown, RegExp]>([
    ['an Error', new Error('No such city.'), /No such city\./],
    ['a text', 'No such city.', /No such city\./],
    ['an object', { code: 7 }, /7/],
    ['undefined', undefined, /undefined/],
    ['null', null, /null/],
    ['a bigint', 7n, /bigint/],
    ['an object that contains itself', circular, /object/],
    ['an object that throws when it is read', throwsWhenRead(), /object/],
    [
      'an error that throws when it is read',
      Object.defineProperties(new Error(), readGuards),
      /object/,
    ],
    ['an object whose fields cannot be read', new Proxy({}, { get: fail }), /object/],
    ['an error whose code cannot be read', unreadable('code'), /Broken\./],
    ['an error whose cause cannot be read', unreadable('cause'), /cannot be read/],
    ['an object without a readable prototype', new Proxy({}, { getPrototypeOf: fail }), /{}/],
  ])('a tool that throws %s is an error result', async (_what, thrown, message) => {
    const answered = await answerCall(toolThat(() => Promise.reject(thrown)));
    expect(answered.status).toBe('error');
    expect(answered.text).toMatch(message);
  });

  test('a tool that throws synchronously is an error result', async () => {
    const answered = await answerCall(
      toolThat(() => {
        throw new TypeError('Too soon.');
      }),
    );
    expect(answered).toMatchObject({ status: 'error', text: 'Tool "act" failed: Too soon.' });
  });
});

function unreadable(field: string): Error {
  return Object.defineProperty(new Error('Broken.'), field, { get: fail });
}

function throwsWhenRead(): object {
  return Object.defineProperties({}, readGuards);
}

describe('a slow tool does not block the run', () => {
  test('the run continues after the timeout, even if the tool ignores its signal', async () => {
    jest.useFakeTimers();
    let signal: AbortSignal | undefined;
    const hangs = toolThat(
      (context) => {
        signal = context.signal;
        return new Promise<never>(() => {});
      },
      { timeoutMs: 250 },
    );
    const answering = answerCall(hangs);
    await jest.advanceTimersByTimeAsync(249);
    expect(signal?.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    const answered = await answering;
    expect(answered.status).toBe('timeout');
    expect(answered.text).toContain('250 ms');
    expect(signal?.aborted).toBe(true);
  });

  test('an error after the timeout has no effect', async () => {
    jest.useFakeTimers();
    let fail: (error: Error) => void = () => {};
    const late = toolThat(
      () =>
        new Promise<never>((_resolve, reject) => {
          fail = reject;
        }),
      { timeoutMs: 10 },
    );
    const answering = answerCall(late);
    await jest.advanceTimersByTimeAsync(10);
    fail(new Error('Too late.'));
    expect((await answering).status).toBe('timeout');
  });

  test('a tool without a timeout may take any time, and leaves no timer', async () => {
    jest.useFakeTimers();
    let finish: (text: string) => void = () => {};
    const patient = toolThat(
      () =>
        new Promise<string>((resolve) => {
          finish = resolve;
        }),
      { timeoutMs: Number.POSITIVE_INFINITY },
    );
    const answering = answerCall(patient);
    await jest.advanceTimersByTimeAsync(10_000_000);
    finish('At last.');
    expect((await answering).text).toBe('At last.');
    expect(jest.getTimerCount()).toBe(0);
  });

  test('a timeout that is too long for a timer does not end at once', async () => {
    jest.useFakeTimers();
    let finish: (text: string) => void = () => {};
    const patient = toolThat(
      () =>
        new Promise<string>((resolve) => {
          finish = resolve;
        }),
      { timeoutMs: 2 ** 31 },
    );
    const answering = answerCall(patient);
    await jest.advanceTimersByTimeAsync(60_000);
    finish('At last.');
    expect((await answering).text).toBe('At last.');
  });

  test.each([
    ['answers at once', () => 'done'],
    ['takes its time', async () => 'done'],
    ['fails at once', () => fail()],
    ['fails later', async () => fail()],
  ])('a tool that %s leaves no timer and no listener', async (_title, execute) => {
    jest.useFakeTimers();
    const { signal } = new AbortController();
    await answerCall(toolThat(execute), {}, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('a tool that aborts its own run is cancelled', async () => {
    const controller = new AbortController();
    const hangs = toolThat(() => {
      controller.abort();
      return new Promise<never>(() => {});
    });
    const answered = await answerCall(hangs, {}, { signal: controller.signal });
    expect(answered.status).toBe('cancelled');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  test('an abort cancels a running tool at once', async () => {
    const controller = new AbortController();
    const hangs = toolThat(() => {
      queueMicrotask(() => controller.abort());
      return new Promise<never>(() => {});
    });
    const answered = await answerCall(hangs, {}, { signal: controller.signal });
    expect(answered.status).toBe('cancelled');
  });

  test('a call of an aborted run does not run', async () => {
    const execute = jest.fn(() => 'ran');
    const answered = await answerCall(toolThat(execute), {}, { signal: AbortSignal.abort() });
    expect(answered.status).toBe('cancelled');
    expect(execute).not.toHaveBeenCalled();
  });
});

describe('a tool gets', () => {
  test('the context, the ids of run and call, and a key that is the same for every execution', async () => {
    const seen: ToolContext[] = [];
    const looks = toolThat((context) => void seen.push(context));
    await answerCall(looks, {}, { context: { user: 'Ada' }, runId: 'r7', attempt: 2 });
    expect(seen[0]).toMatchObject({
      context: { user: 'Ada' },
      runId: 'r7',
      callId: '1.0',
      idempotencyKey: 'r7/1.0',
      attempt: 2,
    });
  });

  test('validated arguments with defaults and transforms', async () => {
    const parameters = z.object({
      days: z.number().default(3),
      city: z.string().transform((city) => city.length),
    });
    const execute = jest.fn((_input: unknown, _context: unknown) => 'ran');
    const forecast = tool({ name: 'f', description: 'A tool.', parameters, execute });
    await answerCall(forecast, { city: 'Paris' });
    expect(execute).toHaveBeenCalledWith({ days: 3, city: 5 }, expect.anything());
  });

  test('progress is reported in order, and not after the result', async () => {
    let report: (value: string) => void = () => {};
    const busy = toolThat(async ({ progress }) => {
      report = progress;
      progress('one');
      await Promise.resolve();
      progress('two');
      return 'done';
    });
    const { progress } = await answerCall(busy);
    report('three');
    expect(progress).toEqual(['one', 'two']);
  });
});
