import type { JsonObject } from '../../json.ts';
import { parametersOf } from './parameter-path.ts';

/** Whether a name is that of an identifier: `id`, `order_id`, `orderId`, `ids`. `paid` is not. */
export function isIdentifierName(name: string): boolean {
  return /(?:^|[^\p{L}\p{N}])ids?$/iu.test(name) || /[\p{Ll}\p{N}](?:Id|ID)s?$/u.test(name);
}

/** The kinds of identifiers that the parameters of tools take. */
export interface IdentifierKinds {
  /** Whether a value is an identifier of another kind than a parameter takes. */
  isOfOtherKind(parameter: string, value: string): boolean;
  /** Whether a text has only identifiers that some parameter takes. */
  isOnlyIdentifiers(text: string): boolean;
  /** Whether a tool with these parameters takes identifiers of the kind of a value. */
  isTakenBy(parameters: JsonObject, value: string): boolean;
  /** The identifiers in a text that have the kind of a parameter; `undefined` if that kind is not known. */
  find(parameter: string, text: string): readonly string[] | undefined;
}

/**
 * Reads the kinds from the examples in the descriptions of parameters: with "such as k-12" at `bike_id` and "such as u-1" at
 * `customer_id`, `k-14` is not a `customer_id`. Only beginnings that an example of another parameter has count.
 */
export function identifierKinds(tools: readonly JsonObject[]): IdentifierKinds {
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
    isTakenBy(parameters, value) {
      const [beginning = ''] = beginningsIn(value);
      return parametersOf(parameters).some(
        ({ names }) => beginnings.get(names.at(-1) ?? '')?.has(beginning) === true,
      );
    },
    find(parameter, text) {
      const own = beginnings.get(parameter);
      if (own === undefined || own.size === 0) return undefined;
      const found = [...text.matchAll(identifiers())].filter(([, letters = '']) =>
        own.has(letters.toLowerCase()),
      );
      return [...new Set(found.map(([all]) => all))];
    },
  };
}

/** By the name of the parameter. */
function collectBeginnings(tools: readonly JsonObject[]): ReadonlyMap<string, ReadonlySet<string>> {
  const beginnings = new Map<string, Set<string>>();
  const parameters = tools.flatMap((each) => parametersOf(each));
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
  return [...text.matchAll(identifiers())].map(([, letters = '']) => letters.toLowerCase());
}

const identifiers = () =>
  /(?<![\p{L}\p{N}])(\p{L}{1,8}[-_]?)\p{N}[\p{L}\p{N}]*(?:[-_][\p{L}\p{N}]+)*/gu;
