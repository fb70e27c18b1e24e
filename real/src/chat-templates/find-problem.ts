import type { Rendered } from './render-templates.ts';
import { everywhere, type Scenario } from './scenarios.ts';

/** What is wrong with a rendered request; `undefined` if every text of the conversation is there once, and in order. */
export function findProblem(
  { markers }: Pick<Scenario, 'markers'>,
  rendered: Rendered | undefined,
): string | undefined {
  if (rendered === undefined) return 'was not rendered';
  if ('error' in rendered) return `refused: ${rendered.error}`;
  const { text } = rendered;
  const lost = [...everywhere, ...markers].filter((marker) => !text.includes(marker));
  if (lost.length > 0) return `lost: ${lost.join(', ')}`;
  const repeated = markers.filter((marker) => text.split(marker).length > 2);
  if (repeated.length > 0) return `repeated: ${repeated.join(', ')}`;
  const places = markers.map((marker) => text.indexOf(marker));
  return places.every((place, at) => at === 0 || place > (places[at - 1] ?? 0))
    ? undefined
    : 'in another order';
}
