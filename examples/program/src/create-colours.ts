import picocolors from 'picocolors';
import type { Surroundings } from './surroundings.ts';

/** Marks up text for a terminal; without colours, every function gives its text back. */
export type Colours = Pick<typeof picocolors, 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow'>;

/** Colours where a human looks at the output and has not set NO_COLOR (no-color.org). */
export function createColours({
  output,
  environment,
}: Pick<Surroundings, 'output' | 'environment'>): Colours {
  const isRefused = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb';
  return picocolors.createColors(output.isTTY === true && !isRefused);
}
