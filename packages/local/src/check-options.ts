import { closestMatch } from 'leven';
import { LocalEndpointError } from './local-endpoint-error.ts';

/**
 * Throws `invalid_options` if `given` is not an object, or has an option that is not in `known`; the message contains the
 * most similar name. Options that are `undefined` are ignored.
 */
export function checkOptions(
  given: unknown,
  { name, known }: { readonly name: string; readonly known: readonly string[] },
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new LocalEndpointError('invalid_options', `${name} must be an object.`);
  }
  const unknown = Object.entries(given).find(
    ([key, value]) => value !== undefined && !known.includes(key),
  )?.[0];
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, known);
  const hint =
    nearest === undefined
      ? `Known options: ${known.map((each) => `"${each}"`).join(', ')}.`
      : `Did you mean "${nearest}"?`;
  throw new LocalEndpointError(
    'invalid_options',
    `Unknown option "${unknown.slice(0, 60)}" in ${name}. ${hint}`,
  );
}

/** The known name with the fewest different letters, or one that contains the name or is contained in it. */
function nearestName(name: string, known: readonly string[]): string | undefined {
  const spelling = (text: string) => text.toLowerCase().replace(/[^a-z\d]/g, '');
  const own = spelling(name);
  const spellings = known.map(spelling);
  const nearest =
    closestMatch(own, spellings, { maxDistance: Math.ceil(own.length / 3) }) ??
    spellings.find((each) => each.includes(own) || own.includes(each));
  return nearest === undefined ? undefined : known[spellings.indexOf(nearest)];
}
