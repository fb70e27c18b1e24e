import type { PlannedKill } from './run-with-kills.ts';

/** One plan for each write of a run and each side of it. */
export function killAtEveryWrite(writes: number): PlannedKill[][] {
  return Array.from({ length: writes }, (_, index) => index + 1).flatMap((write) => [
    [{ when: 'before', write } as const],
    [{ when: 'after', write } as const],
  ]);
}

/** One plan for each write of a run, in which the process ends inside the tool of that write. */
export function killInsideEveryWrite(writes: number): PlannedKill[][] {
  return Array.from({ length: writes }, (_, index) => [{ when: 'inside', write: index + 1 }]);
}

/** A plan with kills at random writes and at random moments. The same seed gives the same plan. */
export function randomKills(seed: number, { kills }: { readonly kills: number }): PlannedKill[] {
  const random = randomNumbers(seed);
  return Array.from({ length: kills }, () => {
    if (random() < 0.4) return { afterMs: Math.floor(random() * 30) };
    const when = random() < 0.5 ? 'before' : 'after';
    return { when, write: 1 + Math.floor(random() * 6) };
  });
}

/** The generator mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
