import { closestMatch } from 'leven';

/**
 * The known name that is most similar to `name`, for a hint in a message: the same words in another spelling
 * (`max_steps`, `maxSteps`), a typing error, or a name that has parts of it in common (`maxTokens`, `maxOutputTokens`).
 * `undefined` if no name is similar.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const spelling = spellingOf(name);
  const spellings = known.map(spellingOf);
  const nearest =
    spellings.find((each) => each === spelling) ??
    closestMatch(spelling, spellings, { maxDistance: Math.ceil(spelling.length / 3) });
  if (nearest !== undefined) return known[spellings.indexOf(nearest)];
  return nearestByWords(name, known);
}

/** The name without the differences between `maxSteps`, `max_steps` and `MaxSteps`. */
export function spellingOf(name: string): string {
  return wordsOf(name).join('');
}

/** The name that adds the fewest words, or drops the fewest. */
function nearestByWords(name: string, known: readonly string[]): string | undefined {
  const words = wordsOf(name);
  const distances = known.map((each) => {
    const others = wordsOf(each);
    const common = words.filter((word) => others.includes(word)).length;
    const isPart = common === words.length || common === others.length;
    return isPart && common > 0 ? words.length + others.length - 2 * common : Infinity;
  });
  const shortest = Math.min(...distances);
  return shortest === Infinity ? undefined : known[distances.indexOf(shortest)];
}

function wordsOf(name: string): string[] {
  const words = name.split(/(?<=[a-z\d])(?=[A-Z])|[^\p{L}\p{N}]+/u);
  return words.filter((word) => word !== '').map((word) => word.toLowerCase());
}
