import { TurnwiseError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { memoize } from '../memoize.ts';
import { nearestName } from '../nearest-name.ts';
import { isIdentifierName } from '../schema/json-schema/identifier-kinds.ts';
import {
  namesOf,
  parametersOf,
  schemasAt,
  withNoteAt,
} from '../schema/json-schema/parameter-path.ts';
import type { Schema } from '../schema/schema.ts';

/** What the model reads at a grounded parameter. */
const note = 'only a value that occurs in the conversation';

/**
 * The paths of the parameters of a tool that must be grounded. The tool's own list decides; without a list, and if the agent
 * has `grounded: true`, they are the parameters that look like an identifier or an address.
 */
export function groundedPaths(
  { grounded, schema }: { readonly grounded?: readonly string[]; readonly schema: Schema },
  isOnForAgent: boolean,
): readonly string[] {
  const found = isOnForAgent ? identifiersOf(schema.jsonSchema) : [];
  if (grounded === undefined) return found;
  return grounded.length === 0 ? [] : [...new Set([...grounded, ...found])];
}

/** The same JSON Schema with a note at each grounded parameter, so that the model gets the rule in every dialect. */
export function withGroundedNotes(parameters: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce((schema, path) => withNoteAt(schema, namesOf(path), note), parameters);
}

/** Throws `invalid_tool` if a path does not lead to a parameter. */
export function checkGroundedPaths(
  tool: string,
  paths: readonly string[],
  parameters: JsonObject,
): void {
  for (const path of paths) {
    const names = namesOf(path);
    if (names.length > 0 && schemasAt(parameters, names).length > 0) continue;
    const known = parametersOf(parameters).map((each) => each.names.join('.'));
    const nearest = nearestName(path, known);
    const hint =
      nearest === undefined ? `Parameters: ${list(known)}.` : `Did you mean "${nearest}"?`;
    throw new TurnwiseError(
      'invalid_tool',
      `Tool "${tool}" has no parameter "${path}", which its option \`grounded\` names. ${hint}`,
    );
  }
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `"${name}"`).join(', ');
}

const groundedFormats = new Set(['email', 'idn-email', 'uuid', 'uri', 'url', 'uri-reference']);

/** A value that the schema itself lists is not made up. */
const identifiersOf = memoize((schema: JsonObject): readonly string[] =>
  parametersOf(schema)
    .filter(({ names, schemas }) => {
      if (schemas.some((each) => each.enum !== undefined || each.const !== undefined)) return false;
      const isAddress = schemas.some(({ format }) => groundedFormats.has(String(format)));
      return isAddress || isIdentifierName(names.at(-1) ?? '');
    })
    .map(({ names }) => names.join('.')),
);
