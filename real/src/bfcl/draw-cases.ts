import type { CallCase } from './call-case.ts';

/** The kinds of which a draw has equal parts. */
export const caseKinds = ['simple', 'multiple', 'parallel', 'irrelevance'] as const;

export type CaseKind = (typeof caseKinds)[number];

/** The kind of a case by its category: `live_simple` is `simple`, `parallel_multiple` is `parallel`. */
export function kindOf({ category }: Pick<CallCase, 'category'>): CaseKind | undefined {
  if (category.includes('irrelevance')) return 'irrelevance';
  if (category.includes('parallel')) return 'parallel';
  return caseKinds.find((kind) => category.includes(kind));
}

/**
 * Draws cases in equal parts of each kind. The same seed draws the same cases of the same file. Cases whose expected calls do not
 * match the schemas are left out: nobody can make them.
 */
export function drawCases(
  cases: readonly CallCase[],
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly CallCase[] {
  const random = randomFrom(seed);
  const part = Math.floor(count / caseKinds.length);
  return caseKinds.flatMap((kind) => {
    const fitting = cases.filter((each) => kindOf(each) === kind && each.schemaInvalid !== true);
    return shuffle(fitting, random).slice(0, part);
  });
}

function shuffle<Each>(list: readonly Each[], random: () => number): readonly Each[] {
  return list
    .map((each) => ({ each, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ each }) => each);
}

/** The generator mulberry32: numbers from 0 up to, but not including, 1. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
