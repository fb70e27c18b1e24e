/** Whether tests are thorough, as in `.ci/run`: all combinations of cases run, and inputs have their full size. */
export const isThorough = Number(process.env.TURNWISE_PROPERTY_RUNS) >= 1_000;

/**
 * The cases that a test tries: all in `.ci/run`; at a desk the first, and then one of each `step`. A step that no dimension of a
 * matrix divides meets every value of each dimension.
 */
export function deskCases<Case>(cases: readonly Case[], step: number): readonly Case[] {
  return isThorough ? cases : cases.filter((_, place) => place % step === 0);
}
