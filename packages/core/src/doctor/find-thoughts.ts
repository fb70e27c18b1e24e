import { knownThoughtTags, type ThoughtTags } from '../profile/thought-tags.ts';
import { type Finding, no, yes } from './measurement.ts';

/** How the replies of a model mark thoughts. */
interface FoundThoughts {
  readonly tags: ThoughtTags;
  /** Whether a reply had the closing tag only. */
  readonly startsInside: boolean;
}

/** The first known tags that replies contain. Tags that are ordinary words do not count. */
export function findThoughts(texts: readonly string[]): FoundThoughts | undefined {
  for (const text of texts) {
    const tags = knownThoughtTags.find(
      ({ open, close, isProse }) =>
        isProse !== true && (text.includes(open) || text.includes(close)),
    );
    if (tags !== undefined) return { tags, startsInside: !text.includes(tags.open) };
  }
  return undefined;
}

/** Whether the texts of replies contain thoughts. It costs no request. */
export function describeThoughts(texts: readonly string[]): Finding {
  const found = findThoughts(texts);
  if (found === undefined) return no('no known tag in any reply');
  const { tags, startsInside } = found;
  return yes(startsInside ? `only ${tags.close}: the template begins the thought` : tags.open);
}
