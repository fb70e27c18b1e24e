export { type Colours, createColours } from './create-colours.ts';
export { messageOf } from './message-of.ts';
export { type ChosenModel, modelFromEnvironment } from './model-from-environment.ts';
export { runExample } from './run-example.ts';
export { runIfStarted, runMain } from './run-main.ts';
export { showLine, showText } from './show-text.ts';
export type { Main, Surroundings } from './surroundings.ts';
export { toUsageError, UsageError } from './usage-error.ts';
