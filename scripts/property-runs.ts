/** How many inputs each property test tries: 100 at a desk; `.ci/run` sets TURNWISE_PROPERTY_RUNS to 1,000. */
export const propertyRuns = Number(process.env.TURNWISE_PROPERTY_RUNS ?? 100);

/** Whether there are enough runs to expect that every rare case occurs. */
export const coversRareCases = propertyRuns >= 1_000;
