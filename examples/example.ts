import { runExample, runIfStarted } from './program/src/index.ts';

// `pnpm example` lists the examples; `pnpm example NAME …` runs one.
await runIfStarted(
  (environment) => runExample(environment, { examples: import.meta.dirname }),
  import.meta.url,
);
