import { memoize } from '../../memoize.ts';
import type { Tool } from '../../tool/tool.ts';
import { stemOf } from './stem-of.ts';

/** The name and the description of a tool. */
export function descriptionOf({
  name,
  description,
}: Pick<Tool<never>, 'name' | 'description'>): string {
  return `${name} ${description}`;
}

/** The stems of the name and the description of a tool that may be its topic. */
export const topicsOf = memoize((tool: Tool<never>): readonly string[] =>
  wordsIn(descriptionOf(tool)),
);

/** The stems of a text that may be its topic; `openBill` has two. */
export function wordsIn(text: string): readonly string[] {
  const found = text.match(/\p{Lu}\p{Ll}{2,}|\p{Ll}{3,}/gu) ?? [];
  return found
    .map((word) => word.toLowerCase())
    .filter((word) => !commonWords.has(word) && !plainWords.has(word))
    .map(stemOf);
}

/** Words after "which" and "what" that an answer need not repeat. */
export const plainWords: ReadonlySet<string> = new Set(
  'are can color colour comes could date day days did does else had happened happens has have hour kind makes may might month much must number one other should sort that the they this time type was week were will would year you'.split(
    ' ',
  ),
);

/** What questions and descriptions have that is not about a thing. */
const commonWords: ReadonlySet<string> = new Set(
  'about after again ago all also and any ask back been being before between both but call change check current details each every fetch find first for free from full get give good has help her here him his how information into its just know known last list long look made make many may more name need new next not now off old only open our out over part please search see show single some still such take text thank thanks their them then there these through today too two under use used view want what when which while who whole whose why with word words your'.split(
    ' ',
  ),
);
