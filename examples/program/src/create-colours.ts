import picocolors from 'picocolors';
import type { Environment } from './environment.ts';

/** Adds colours to text. Without colours, every function returns its text unchanged. */
export type Colours = Pick<typeof picocolors, 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow'>;

/** Creates colours if the output is a terminal and NO_COLOR is not set (no-color.org). */
export function createColours({
  output,
  variables,
}: Pick<Environment, 'output' | 'variables'>): Colours {
  const isRefused = (variables.NO_COLOR ?? '') !== '' || variables.TERM === 'dumb';
  return picocolors.createColors(output.isTTY === true && !isRefused);
}
