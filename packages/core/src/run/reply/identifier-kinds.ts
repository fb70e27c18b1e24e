import { memoize } from '../../memoize.ts';
import { parametersOf } from '../../schema/json-schema/parameter-path.ts';
import { isIdentifierName } from '../../tool/grounded-parameters.ts';
import type { Tool } from '../../tool/tool.ts';

/** The kinds of identifiers that the parameters of tools take. */
interface IdentifierKinds {
  /** Whether a value is an identifier of another kind than a parameter takes. */
  isOfOtherKind(parameter: string, value: string): boolean;
  /** Whether a text has only identifiers that some parameter takes. */
  isOnlyIdentifiers(text: string): boolean;
}

/**
 * Reads the kinds from the examples in the descriptions of parameters: with "such as k-12" at `bike_id` and "such as u-1" at
 * `customer_id`, `k-14` is not a `customer_id`. Only beginnings that an example of another parameter has count.
 */
export const identifierKinds = memoize((tools: readonly Tool<never>[]): IdentifierKinds => {
  const beginnings = collectBeginnings(tools);
  const isKnown = (beginning: string) =>
    [...beginnings.values()].some((each) => each.has(beginning));
  return {
    isOfOtherKind(parameter, value) {
      const own = beginnings.get(parameter);
      const [beginning] = beginningsIn(value);
      if (own === undefined || own.size === 0 || beginning === undefined) return false;
      return !own.has(beginning) && isKnown(beginning);
    },
    isOnlyIdentifiers: (text) =>
      text.split(/[\s,;]+/).every((each) => {
        const [beginning] = beginningsIn(each);
        return beginning !== undefined && isKnown(beginning);
      }),
  };
});

/** By the name of the parameter. */
function collectBeginnings(
  tools: readonly Tool<never>[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const beginnings = new Map<string, Set<string>>();
  const parameters = tools.flatMap(({ schema }) => parametersOf(schema.jsonSchema));
  for (const { names, schemas } of parameters) {
    const name = names.at(-1) ?? '';
    if (!isIdentifierName(name)) continue;
    const known = beginnings.get(name) ?? new Set();
    beginnings.set(name, known);
    const text = schemas.map(({ description }) => String(description ?? '')).join('\n');
    for (const found of beginningsIn(text)) known.add(found);
  }
  return beginnings;
}

/** The letters before the digits of each identifier in a text, such as `k-` of `k-12`. */
function beginningsIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<![\p{L}\p{N}])(\p{L}{1,8}[-_]?)\p{N}/gu)].map(([, letters = '']) =>
    letters.toLowerCase(),
  );
}
