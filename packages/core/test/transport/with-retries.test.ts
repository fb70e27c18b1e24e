import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { ModelError, type ModelErrorDetails } from '../../src/errors.ts';
import { readRetryAfter } from '../../src/transport/retry-after.ts';
import {
  delayBefore,
  isWorthRetrying,
  RetryBudget,
  toRetryPlan,
} from '../../src/transport/retry-budget.ts';
import { withRetries } from '../../src/transport/with-retries.ts';

const overloaded = (details: ModelErrorDetails = {}): ModelError =>
  new ModelError('model_overloaded', 'busy', details);

const plan = toRetryPlan({ firstDelayMs: 0 });
const newBudget = () => new RetryBudget(plan);

async function drain<Result>(work: AsyncGenerator<unknown, Result>) {
  const events: unknown[] = [];
  for (;;) {
    const { done, value } = await work.next();
    if (done) return { events, result: value };
    events.push(value);
  }
}

describe('attempts', () => {
  test('end after the first success', async () => {
    const attempt = jest.fn(async () => 'fine');
    const { signal } = new AbortController();
    const work = withRetries({ budget: newBudget(), signal, attempt });
    const { events, result } = await drain(work);
    expect({ events, result }).toEqual({ events: [], result: 'fine' });
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('report each failure before the next attempt', async () => {
    const log: string[] = [];
    const attempt = async (): Promise<string> => {
      log.push('attempt');
      if (log.length < 5) throw overloaded();
      return 'fine';
    };
    const { signal } = new AbortController();
    const work = withRetries({ budget: newBudget(), signal, attempt });
    for await (const { attempt: number, delayMs } of work) log.push(`failed ${number} ${delayMs}`);
    expect(log).toEqual(['attempt', 'failed 1 0', 'attempt', 'failed 2 0', 'attempt']);
  });

  test('include retries that were used before', async () => {
    const attempt = jest.fn(async () => Promise.reject(overloaded()));
    const { signal } = new AbortController();
    const budget = newBudget();
    for (let failures = 0; failures < 2; failures += 1) budget.next(overloaded());
    const work = withRetries({ budget, signal, attempt });
    expect((await work.next()).value).toMatchObject({ attempt: 3 });
    await expect(work.next()).rejects.toMatchObject({ code: 'model_overloaded' });
    expect(attempt).toHaveBeenCalledTimes(2);
  });

  test('end with an error that is not from a server, unchanged', async () => {
    const attempt = jest.fn(async () => Promise.reject(new TypeError('a bug')));
    const { signal } = new AbortController();
    const work = withRetries({ budget: newBudget(), signal, attempt });
    await expect(drain(work)).rejects.toThrow('a bug');
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  test('wait as long as reported, from the moment when the caller asks for the next event', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const attempt = jest.fn(async () => Promise.reject(overloaded()));
    const user = new AbortController();
    const budget = new RetryBudget(toRetryPlan({ firstDelayMs: 60_000, maxDelayMs: 60_000 }));
    const work = withRetries({ budget, signal: user.signal, attempt });
    expect((await work.next()).value).toMatchObject({ delayMs: 60_000 });
    const ended = work.next();
    user.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
    expect(attempt).toHaveBeenCalledTimes(1);
  });
});

describe('the delay', () => {
  test('doubles up to its limit, plus or minus a half at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (retry) => {
        const full = Math.min(500 * 2 ** (retry - 1), 8000);
        const delay = delayBefore(retry, overloaded(), toRetryPlan());
        expect(delay).toBeLessThanOrEqual(Math.min(full * 1.5, 8000));
        expect(delay).toBeGreaterThanOrEqual(full / 2);
      }),
    );
  });

  test.each([
    [1, 500],
    [2, 1_000],
    [3, 2_000],
    [9, 4_000],
  ])(
    'before retry %d is spread over %d ms, so that many clients return one by one',
    (retry, range) => {
      const delayAt = (random: number) => {
        jest.spyOn(Math, 'random').mockReturnValue(random);
        return delayBefore(retry, overloaded(), toRetryPlan());
      };
      expect(delayAt(0) - delayAt(1)).toBe(range);
      expect(delayAt(0) - delayAt(0.5)).toBe(range / 2);
    },
  );

  test('is never shorter than the server asked for, and up to a quarter and one doubled delay longer', () => {
    fc.assert(
      fc.property(fc.nat(60_000), fc.integer({ min: 1, max: 9 }), (retryAfterMs, retry) => {
        const doubled = Math.min(500 * 2 ** (retry - 1), 8000);
        const delay = delayBefore(retry, overloaded({ retryAfterMs }), toRetryPlan());
        expect(delay).toBeGreaterThanOrEqual(retryAfterMs);
        expect(delay).toBeLessThanOrEqual(retryAfterMs * 1.25 + doubled + 1);
      }),
    );
  });
});

describe('whether an error is retried', () => {
  test.each<[string, unknown, boolean]>([
    ['an overloaded server', overloaded(), true],
    ['a broken connection', new ModelError('model_unreachable', ''), true],
    ['a reply that broke off', new ModelError('model_failed', '', { kind: 'broken-reply' }), true],
    ['a bad certificate', new ModelError('model_unreachable', '', { kind: 'tls' }), false],
    ['a refusal', new ModelError('model_refused', ''), false],
    ['a timeout', new ModelError('model_timeout', ''), false],
    ['a wait that is longer than the limit', overloaded({ retryAfterMs: 60_001 }), false],
    ['another error', new Error(), false],
  ])('%s: %s', (_name, error, expected) => {
    expect(isWorthRetrying(error, plan)).toBe(expected);
  });
});

describe('the time that a response asks to wait', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const ask = (headers: Readonly<Record<string, string>>) =>
    readRetryAfter({ get: (name) => headers[name] ?? null }, now);

  test.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Thu, 01 Jan 2020 00:00:30 GMT' }, 0],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, 250],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{}, undefined],
  ])('%j', (headers, expected) => {
    expect(ask(headers)).toBe(expected);
  });
});
