// Starting and ending a program

// Text for a terminal
export { type Colours, createColours } from './create-colours.ts';
// The model
export { type ChosenModel, modelFromEnvironment } from './model-from-environment.ts';
export { processSurroundings, runIfStarted, runMain } from './run-main.ts';
export { showLine, showText } from './show-text.ts';
export { type Main, type Surroundings, UsageError } from './surroundings.ts';
