import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Deadline } from '../../src/transport/deadline.ts';

const onTimeout = jest.fn<ConstructorParameters<typeof Deadline>[2]>();

const limits = { totalMs: 1000, firstTokenMs: 200, betweenTokensMs: 50 };

beforeEach(() => {
  jest.useFakeTimers();
  onTimeout.mockClear();
});

afterEach(() => {
  jest.useRealTimers();
});

const start = (timeouts: object = limits): Deadline =>
  new Deadline(timeouts, 'http://localhost:8080/v1', onTimeout);

const message = (): string | undefined => onTimeout.mock.calls[0]?.[0].message;

test('without a wait, only the total limit applies', () => {
  start();
  jest.advanceTimersByTime(999);
  expect(onTimeout).not.toHaveBeenCalled();
  jest.advanceTimersByTime(2);
  expect(onTimeout).toHaveBeenCalledTimes(1);
  expect(message()).toContain('timeouts.totalMs');
});

test('each wait has its own limit, and a new wait replaces the previous one', () => {
  const deadline = start();
  deadline.expect('firstToken');
  jest.advanceTimersByTime(190);
  for (let token = 0; token < 10; token += 1) {
    deadline.expect('betweenTokens');
    jest.advanceTimersByTime(45);
  }
  expect(onTimeout).not.toHaveBeenCalled();
  jest.advanceTimersByTime(10);
  expect(message()).toContain('timeouts.betweenTokensMs');
});

test('a total limit that is shorter than the wait ends the wait', () => {
  const deadline = start({ ...limits, totalMs: 100 });
  deadline.expect('firstToken');
  jest.advanceTimersByTime(101);
  expect(message()).toContain('timeouts.totalMs');
});

test('no phase limit applies between waits', () => {
  const deadline = start();
  deadline.expect('betweenTokens');
  deadline.rest();
  jest.advanceTimersByTime(900);
  expect(onTimeout).not.toHaveBeenCalled();
});

test('a wait can be made shorter', () => {
  const deadline = start();
  deadline.expect('firstToken', 10);
  jest.advanceTimersByTime(11);
  expect(onTimeout).toHaveBeenCalledTimes(1);
});

test('many waits share one timer, and stop() clears it', () => {
  const deadline = start();
  for (let token = 0; token < 1000; token += 1) deadline.expect('betweenTokens');
  expect(jest.getTimerCount()).toBe(1);
  deadline.stop();
  expect(jest.getTimerCount()).toBe(0);
});

test('limits longer than the longest Node timer work', () => {
  const deadline = start({ totalMs: 2 ** 40, firstTokenMs: Number.POSITIVE_INFINITY });
  deadline.expect('firstToken');
  jest.advanceTimersByTime(2 ** 31);
  expect(onTimeout).not.toHaveBeenCalled();
  deadline.stop();
});
