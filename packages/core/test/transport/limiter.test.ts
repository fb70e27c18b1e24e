import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLimiter } from '../../src/transport/limiter.ts';

test('never more run than there are places, and they enter in the order in which they came', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.constantFrom('come', 'leave', 'abort'), { maxLength: 30 }),
      async (places, moves) => {
        const limiter = createLimiter(places);
        const entered: number[] = [];
        const waiting: { number: number; controller: AbortController }[] = [];
        const given: number[] = [];
        let running = 0;
        for (const [number, move] of moves.entries()) {
          if (move === 'come') {
            const controller = new AbortController();
            waiting.push({ number, controller });
            limiter.enter(controller.signal).then(
              () => {
                running += 1;
                entered.push(number);
                waiting.splice(
                  waiting.findIndex((one) => one.number === number),
                  1,
                );
              },
              () => given.push(number),
            );
          } else if (move === 'abort' && waiting.length > 0) {
            waiting.pop()?.controller.abort(new Error('enough'));
          } else if (move === 'leave' && running > 0) {
            running -= 1;
            limiter.leave();
          }
          await Promise.resolve();
          await Promise.resolve();
          expect(running).toBeLessThanOrEqual(places);
          expect(running === places || waiting.length === 0).toBe(true);
        }
        expect(entered).toEqual(entered.toSorted((left, right) => left - right));
        expect(given.every((number) => !entered.includes(number))).toBe(true);
      },
    ),
  ));

test('one that waits is told why it was aborted', async () => {
  const limiter = createLimiter(1);
  await limiter.enter(new AbortController().signal);
  const controller = new AbortController();
  const entering = limiter.enter(controller.signal);
  controller.abort(new Error('enough'));
  await expect(entering).rejects.toThrow('enough');
});
