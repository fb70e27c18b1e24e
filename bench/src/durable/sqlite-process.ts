import { measurePair, type Pair } from './sqlite-round.ts';

/** A process that measures some pairs of rounds and prints them as JSON. */
const count = 3;

// The first pair warms up.
await measurePair();
const pairs: Pair[] = [];
for (let pair = 0; pair < count; pair += 1) pairs.push(await measurePair());
process.stdout.write(JSON.stringify(pairs));
