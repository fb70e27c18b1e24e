/** How many inputs each property test tries: 25 at a desk; `.ci/run` sets TURNWISE_PROPERTY_RUNS to 1,000. */
export const propertyRuns = Number(process.env.TURNWISE_PROPERTY_RUNS ?? 25);

/** Whether tests are thorough: there are enough runs for every rare case, and all combinations of cases run. */
export const coversRareCases = propertyRuns >= 1_000;
