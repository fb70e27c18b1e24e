export { type Colours, createColours } from './create-colours.ts';
export type { Environment, Main } from './environment.ts';
export { escapeLine, escapeText } from './escape-text.ts';
export { messageOf } from './message-of.ts';
export { type ChosenModel, modelFromEnvironment } from './model-from-environment.ts';
export { runExample } from './run-example.ts';
export { runIfStarted, runMain } from './run-main.ts';
export { toUsageError, UsageError } from './usage-error.ts';
