import { isJsonObject, type JsonObject } from '../../json.ts';
import { hoistDefinitions } from '../json-schema/hoist-definitions.ts';
import { mapSubschemas } from '../json-schema/map-subschemas.ts';
import { formatKeyword } from '../signature/format-constraints.ts';
import { isPatternOfFormat } from '../signature/format-patterns.ts';
import { createPrinter } from '../signature/print-type.ts';
import { formatRules, type ShapePrinter } from '../signature/schema-rules.ts';
import { addToDescription, flattenCombinations } from './flatten-combinations.ts';
import type { RefusedKeyword } from './refused-keyword.ts';

/**
 * A schema that a server accepts for constrained decoding. Keywords that the server refuses move into the `description`
 * for the model ("multiple of 5"), and the original schema checks them after the reply. So the result is never stricter
 * than the original, except that tuples list every item, and keys that the schema does not name cannot be written.
 * Combinations of schemas are flattened. Definitions are under `$defs`; `$schema` and `$id` are removed. The original is
 * not changed. If nothing is refused, only definitions move. Throws {@link SchemaError} with the path of a reference
 * without a target.
 */
export function rewriteForConstraint(
  schema: JsonObject,
  refusedKeywords: readonly RefusedKeyword[],
): JsonObject {
  const hoisted = hoistDefinitions(schema);
  if (refusedKeywords.length === 0) return hoisted;
  const flat = flattenCombinations(hoisted);
  // What flattening copied may no longer need its definition.
  return hoistDefinitions(rewrite(flat, { refusedKeywords, printer: createPrinter(flat) }));
}

interface Rewriting {
  readonly refusedKeywords: readonly RefusedKeyword[];
  readonly printer: ShapePrinter;
}

function rewrite(schema: JsonObject, rewriting: Rewriting): JsonObject {
  const refused = rewriting.refusedKeywords.filter(
    ({ keyword, when }) => keyword in schema && (when === undefined || when(schema)),
  );
  const keywords = refused.map(({ keyword }) => keyword);
  const kept = Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword));
  const instead: JsonObject[] = refused.map((each) => each.instead?.(schema) ?? {});
  const rewritten: JsonObject = Object.assign(Object.fromEntries(kept), ...instead);
  const rules = describeRefused(schema, refused, rewriting.printer).join(', ');
  const described = rules === '' ? rewritten : addToDescription(rewritten, rules);
  return mapSubschemas(described, (subschema, [keyword]) => {
    if (isJsonObject(subschema)) return rewrite(subschema, rewriting);
    // llama.cpp takes a boolean only as `additionalProperties`.
    return subschema === true && keyword !== 'additionalProperties' ? {} : subschema;
  });
}

/** The rules of the refused keywords that nothing in their place expresses. */
function describeRefused(
  schema: JsonObject,
  refused: readonly RefusedKeyword[],
  printer: ShapePrinter,
): string[] {
  const isNamedByFormat = 'format' in schema && isPatternOfFormat(String(schema.pattern));
  const lost = refused.filter(
    ({ keyword, isExact }) =>
      isExact?.(schema) !== true && !(keyword === 'pattern' && isNamedByFormat),
  );
  const part: JsonObject = Object.fromEntries(
    lost.map(({ keyword }) => [keyword, schema[keyword] ?? true]),
  );
  const keys = formatKeyword('patternProperties', part.patternProperties ?? false);
  const { type = 'object' } = schema;
  return [
    ...(isShape(part) ? [printer.printShape({ ...schema, ...part, description: '' })] : []),
    ...(keys === undefined ? [] : [keys]),
    ...formatRules(printer, { ...part, type }),
  ];
}

/** Whether the type itself is lost, not only a rule. */
function isShape(lost: JsonObject): boolean {
  return 'properties' in lost || 'prefixItems' in lost;
}
