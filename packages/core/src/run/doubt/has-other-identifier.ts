import {
  type IdentifierKinds,
  isIdentifierName,
} from '../../schema/json-schema/identifier-kinds.ts';
import { namesOf as namesInPath, valuesAt } from '../../schema/json-schema/parameter-path.ts';
import { groundedPaths } from '../../tool/grounded-parameters.ts';
import { leavesOf } from '../../tool/searchable-text.ts';
import type { CheckedInput } from './find-look-ups.ts';

/**
 * Whether an identifier does not have the kind that the parameter takes, or is several words without a digit: that is the title or
 * name of something, which must be looked up. Or the only parameter of a search is an identifier, which another tool takes.
 */
export function hasOtherIdentifier<Context>(
  { input, tool }: CheckedInput<Context>,
  kinds: IdentifierKinds,
): boolean {
  const isOther = (name: string, value: string) =>
    /^[^\d]*\S\s+\S[^\d]*$/.test(value) || kinds.isOfOtherKind(name, value);
  const hasOther = groundedPaths(tool, true).some((path) => {
    const names = namesInPath(path);
    const name = names.at(-1) ?? '';
    const values = isIdentifierName(name) ? valuesAt(input, names).flatMap(leavesOf) : [];
    return values.some((value) => isOther(name, String(value)));
  });
  const [[name, text] = [], ...others] = Object.entries(input);
  const isSearch = name !== undefined && others.length === 0 && !kinds.isIdentifier(name);
  return hasOther || (isSearch && typeof text === 'string' && kinds.isOnlyIdentifiers(text));
}
