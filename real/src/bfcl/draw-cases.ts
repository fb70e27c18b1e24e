import { hash } from 'node:crypto';
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
  const part = Math.floor(count / caseKinds.length);
  return caseKinds.flatMap((kind) => {
    const fitting = cases.filter((each) => kindOf(each) === kind && each.schemaInvalid !== true);
    return shuffle(fitting, seed).slice(0, part);
  });
}

/** The digests of the ids give an order that depends only on the ids and the seed. */
function shuffle(cases: readonly CallCase[], seed: number): readonly CallCase[] {
  return cases
    .map((each) => ({ each, place: hash('sha256', `${seed} ${each.id}`) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    .map(({ each }) => each);
}
