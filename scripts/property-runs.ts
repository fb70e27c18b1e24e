import fc from 'fast-check';
import { isThorough } from './desk-cases.ts';

/** How many inputs each property test tries: 25 at a desk; `.ci/run` sets TURNWISE_PROPERTY_RUNS to 1,000. */
export const propertyRuns = Number(process.env.TURNWISE_PROPERTY_RUNS ?? 25);

/** Whether there are enough runs for every rare case. */
export const coversRareCases = isThorough;

// `.ci/run` takes the seed from the files of the commit: other files get other inputs, and a failure can be repeated.
const seed = process.env.TURNWISE_PROPERTY_SEED;
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
