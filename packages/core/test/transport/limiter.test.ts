import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLimiter } from '../../src/transport/limiter.ts';

test('no more requests run than there are slots, and they start in the order of arrival', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.constantFrom('arrive', 'leave', 'abort'), { maxLength: 30 }),
      async (slots, moves) => {
        const limiter = createLimiter(slots);
        const entered: number[] = [];
        const waiting: { number: number; controller: AbortController }[] = [];
        const abandoned: number[] = [];
        let running = 0;
        for (const [number, move] of moves.entries()) {
          if (move === 'arrive') {
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
              () => abandoned.push(number),
            );
          } else if (move === 'abort' && waiting.length > 0) {
            waiting.pop()?.controller.abort(new Error('enough'));
          } else if (move === 'leave' && running > 0) {
            running -= 1;
            limiter.leave();
          }
          await Promise.resolve();
          await Promise.resolve();
          expect(running).toBeLessThanOrEqual(slots);
          expect(running === slots || waiting.length === 0).toBe(true);
        }
        expect(entered).toEqual(entered.toSorted((left, right) => left - right));
        expect(abandoned.every((number) => !entered.includes(number))).toBe(true);
      },
    ),
  ));

test('a waiting request that is aborted rejects with the reason of the abort', async () => {
  const limiter = createLimiter(1);
  await limiter.enter(new AbortController().signal);
  const controller = new AbortController();
  const entering = limiter.enter(controller.signal);
  controller.abort(new Error('enough'));
  await expect(entering).rejects.toThrow('enough');
});
