import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../../json.ts';
import { isImpossible } from '../json-schema/impossible-schema.ts';
import { intersectSchemas } from '../json-schema/intersect-schemas.ts';
import { mapSubschemas } from '../json-schema/map-subschemas.ts';
import { annotationKeywords } from '../json-schema/rewrite-old-keywords.ts';
import { gatherParts, resolveReference } from '../json-schema/schema-parts.ts';
import { createPrinter } from '../signature/print-type.ts';
import { formatRules } from '../signature/schema-rules.ts';

/**
 * The same schema for a grammar that ignores everything next to `anyOf`, `oneOf` and `$ref`, and several parts of `allOf`:
 * parts are merged into one, rules next to alternatives are copied into each of them, conditions become alternatives.
 * Optional members and alternatives that no value can match are removed. The result allows what the original allows,
 * sometimes more: what it cannot express is in the description.
 */
export function flattenCombinations(root: JsonObject): JsonObject {
  const flattening: Flattening = { root, left: maxMerges };
  const { $defs, ...body } = root;
  const flat = flattenAll(flattening, body, 0);
  const definitions = Object.entries(isJsonObject($defs) ? $defs : {}).map(([name, part]) => [
    name,
    flattenAll(flattening, part, 1),
  ]);
  const result = isJsonObject(flat) ? flat : {};
  return definitions.length === 0
    ? result
    : { ...result, $defs: Object.fromEntries(definitions) as JsonObject };
}

interface Flattening {
  readonly root: JsonObject;
  /** How many more times schemas may be merged: merging definitions that refer to each other would never end. */
  left: number;
}

const maxMerges = 2_000;
/** Largest number of alternatives that combining several unions may give. */
const maxBranches = 24;
const maxDepth = 6;
/** Definitions that are merged with themselves would never end. */
const maxLevels = 24;

function flattenAll(flattening: Flattening, schema: JsonValue, level: number): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const isEnough = flattening.left < 0 || level > maxLevels;
  const flat = isEnough ? firstReference(schema) : flatten(flattening, schema, 0);
  return withoutImpossible(
    flattening,
    mapSubschemas(withAllKeys(flat, level === 0), (part) =>
      flattenAll(flattening, part, level + 1),
    ),
  );
}

/** A schema that is not merged any more: the first definition that it combines, or no rules at all. */
function firstReference(schema: JsonObject): JsonObject {
  if (!isCombined(schema)) return schema;
  const parts = [schema, ...itemsOf(schema.allOf)].filter(isJsonObject);
  const { $ref } = parts.find((part) => typeof part.$ref === 'string') ?? {};
  const { annotations } = splitAnnotations(schema);
  return $ref === undefined ? annotations : { ...annotations, $ref };
}

function flatten(flattening: Flattening, schema: JsonObject, depth: number): JsonObject {
  if (!isCombined(schema)) return schema;
  flattening.left -= 1;
  const isEnough = flattening.left < 0 || depth > maxDepth;
  const parts = gatherParts(flattening.root, resolved(flattening, schema));
  const merged = parts.map(ownRules).reduce(intersectSchemas);
  const unions = parts.flatMap(unionsOf);
  if (isEnough || unions.length === 0) return merged;
  const [first] = unions;
  if (unions.length === 1 && first !== undefined && !hasRules(merged)) {
    return { ...merged, [first.keyword]: first.branches };
  }
  const branches = multiply(unions.map((union) => union.branches));
  if (branches === undefined) return describeUnions(flattening, merged, parts);
  const { annotations, rules } = splitAnnotations(merged);
  const flat = branches.map((branch) =>
    flatten(flattening, { allOf: [rules, ...branch] }, depth + 1),
  );
  const possible = flat.filter((branch) => !isImpossible(branch, flattening.root));
  const [only] = possible;
  if (only !== undefined && possible.length === 1) return { ...only, ...annotations };
  return { ...annotations, anyOf: possible.length === 0 ? flat : possible };
}

function isCombined(schema: JsonObject): boolean {
  if ('allOf' in schema || unionsOf(schema).some(({ keyword }) => keyword === 'if')) return true;
  const isAlternative = '$ref' in schema || 'anyOf' in schema || 'oneOf' in schema;
  const { $ref: _ref, anyOf, oneOf, ...rest } = schema;
  return isAlternative && (hasRules(rest) || (anyOf !== undefined && oneOf !== undefined));
}

function hasRules(schema: JsonObject): boolean {
  return Object.keys(schema).some((keyword) => !annotationKeywords.has(keyword));
}

/** A reference with rules next to it as two parts. */
function resolved({ root }: Flattening, schema: JsonObject): JsonObject {
  if (typeof schema.$ref !== 'string') return schema;
  const { $ref: _, ...siblings } = schema;
  return { ...siblings, allOf: [resolveReference(root, schema), ...itemsOf(siblings.allOf)] };
}

const combining = new Set([
  '$ref',
  'allOf',
  'anyOf',
  'dependentSchemas',
  'else',
  'if',
  'oneOf',
  'then',
]);

function ownRules(part: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(part).filter(([keyword]) => !combining.has(keyword)));
}

interface Union {
  readonly keyword: 'anyOf' | 'oneOf' | 'if';
  readonly branches: readonly JsonValue[];
}

function unionsOf(part: JsonObject): Union[] {
  const { anyOf, oneOf, dependentSchemas } = part;
  const { if: condition, then: consequence = true, else: otherwise = true } = part;
  const unions: Union[] = [];
  if (Array.isArray(anyOf)) unions.push({ keyword: 'anyOf', branches: anyOf });
  if (Array.isArray(oneOf)) unions.push({ keyword: 'oneOf', branches: oneOf });
  if (condition !== undefined && (consequence !== true || otherwise !== true)) {
    unions.push({ keyword: 'if', branches: [{ allOf: [condition, consequence] }, otherwise] });
  }
  for (const [name, needed] of Object.entries(
    isJsonObject(dependentSchemas) ? dependentSchemas : {},
  )) {
    const given = { allOf: [{ required: [name] }, needed] };
    unions.push({ keyword: 'if', branches: [given, { properties: { [name]: false } }] });
  }
  return unions;
}

/** Every choice of one branch of each union; `undefined` if there are too many. */
function multiply(unions: readonly (readonly JsonValue[])[]): JsonValue[][] | undefined {
  let choices: JsonValue[][] = [[]];
  for (const branches of unions) {
    choices = choices.flatMap((choice) => branches.map((branch) => [...choice, branch]));
    if (choices.length > maxBranches) return undefined;
  }
  return choices;
}

function describeUnions(
  { root }: Flattening,
  merged: JsonObject,
  parts: readonly JsonObject[],
): JsonObject {
  const rules = parts.flatMap((part) => formatRules(createPrinter(root), part)).join(', ');
  return rules === '' ? merged : addToDescription(merged, rules);
}

/** The schema with a text in brackets after its description. */
export function addToDescription(schema: JsonObject, rules: string): JsonObject {
  const { description } = schema;
  const isNew = typeof description !== 'string' || description === '';
  return { ...schema, description: isNew ? rules : `${description} (${rules})` };
}

function splitAnnotations(schema: JsonObject): { annotations: JsonObject; rules: JsonObject } {
  const entries = Object.entries(schema);
  return {
    annotations: Object.fromEntries(entries.filter(([keyword]) => annotationKeywords.has(keyword))),
    rules: Object.fromEntries(entries.filter(([keyword]) => !annotationKeywords.has(keyword))),
  };
}

/** Every key that the schema names becomes a property: a grammar can only write those. */
function withAllKeys(schema: JsonObject, isRoot: boolean): JsonObject {
  const { properties, propertyNames, unevaluatedProperties, unevaluatedItems: _, ...rest } = schema;
  const others = rest.additionalProperties ?? unevaluatedProperties;
  const own = isJsonObject(properties) ? properties : {};
  const keys = isJsonObject(propertyNames) ? propertyNames.enum : undefined;
  const names = [
    ...itemsOf(keys),
    ...(own === properties || keys !== undefined ? itemsOf(rest.required) : []),
  ];
  const further = names
    .filter((name) => typeof name === 'string' && !Object.hasOwn(own, name))
    .map((name) => [String(name), isJsonObject(others) ? others : {}] as const);
  const all: JsonObject = { ...own, ...Object.fromEntries(further) };
  // An object without listed properties is open, but a grammar reads an empty list as "no key".
  const isOpen = Object.keys(all).length === 0 && others === undefined && !isRoot;
  return {
    ...rest,
    ...(others !== undefined && { additionalProperties: Array.isArray(keys) ? false : others }),
    ...(Array.isArray(keys) && { additionalProperties: false }),
    ...(propertyNames !== undefined && !Array.isArray(keys) && { propertyNames }),
    ...((properties !== undefined || further.length > 0) && !isOpen && { properties: all }),
  };
}

function withoutImpossible({ root }: Flattening, schema: JsonObject): JsonObject {
  const { properties, required, anyOf, oneOf } = schema;
  const isPossible = (part: JsonValue) => !isImpossible(part, root);
  const kept = Object.entries(isJsonObject(properties) ? properties : {}).filter(
    ([name, property]) => itemsOf(required).includes(name) || isPossible(property),
  );
  return {
    ...schema,
    ...(isJsonObject(properties) && { properties: Object.fromEntries(kept) }),
    ...(Array.isArray(anyOf) && anyOf.some(isPossible) && { anyOf: anyOf.filter(isPossible) }),
    ...(Array.isArray(oneOf) && oneOf.some(isPossible) && { oneOf: oneOf.filter(isPossible) }),
  };
}
