import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../../json.ts';
import { annotationKeywords } from './rewrite-old-keywords.ts';

/**
 * One schema for values that match both. A rule of `right` that cannot be merged is kept under `allOf`. Members that both
 * describe become `allOf` of their schemas. If nothing matches both, `type` or `enum` of the result is empty.
 */
export function intersectSchemas(left: JsonObject, right: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = { ...left };
  const others: JsonValue[] = [];
  for (const [keyword, value] of Object.entries(right)) {
    const own = result[keyword];
    const merge = mergers[keyword];
    if (own === undefined) result[keyword] = value;
    else if (merge !== undefined) result[keyword] = merge(own, value);
    else if (isOther(keyword, own, value)) others.push({ [keyword]: value });
  }
  const values = commonValues(left, right);
  return {
    ...result,
    ...membersOf(left, right),
    ...(values === undefined ? {} : { enum: values }),
    ...(others.length === 0 ? {} : { allOf: [...itemsOf(result.allOf), ...others] }),
  };
}

/** A schema for values that match both schemas. */
function both(left: JsonValue, right: JsonValue): JsonValue {
  if (left === false || right === false) return false;
  if (!isJsonObject(left) || JSON.stringify(left) === JSON.stringify(right)) return right;
  return isJsonObject(right) ? { allOf: [left, right] } : left;
}

function isOther(keyword: string, own: JsonValue, value: JsonValue): boolean {
  if (annotationKeywords.has(keyword) || keyword === 'enum' || keyword === 'const') return false;
  return JSON.stringify(own) !== JSON.stringify(value);
}

type Merge = (left: JsonValue, right: JsonValue) => JsonValue;

const larger: Merge = (left, right) => Math.max(Number(left), Number(right));
const smaller: Merge = (left, right) => Math.min(Number(left), Number(right));

const mergers: Readonly<Record<string, Merge | undefined>> = {
  additionalProperties: both,
  allOf: (left, right) => [...itemsOf(left), ...itemsOf(right)],
  exclusiveMaximum: smaller,
  exclusiveMinimum: larger,
  items: (left, right) => (Array.isArray(left) || Array.isArray(right) ? left : both(left, right)),
  maxItems: smaller,
  maxLength: smaller,
  maxProperties: smaller,
  maximum: smaller,
  minItems: larger,
  minLength: larger,
  minProperties: larger,
  minimum: larger,
  // Members are merged together with the rules for further keys.
  properties: (left) => left,
  required: (left, right) => [...new Set([...itemsOf(left), ...itemsOf(right)])],
  type: commonTypes,
};

function commonTypes(left: JsonValue, right: JsonValue): JsonValue {
  const [own, other] = [[left].flat(), [right].flat()];
  const common = own.flatMap((type) => {
    if (other.includes(type)) return [type];
    if (type === 'integer' && other.includes('number')) return [type];
    return type === 'number' && other.includes('integer') ? ['integer'] : [];
  });
  const [only] = common;
  return common.length === 1 && only !== undefined ? only : common;
}

function commonValues(left: JsonObject, right: JsonObject): JsonValue[] | undefined {
  const [own, other] = [valuesOf(left), valuesOf(right)];
  if (own === undefined || other === undefined) return undefined;
  const texts = new Set(other.map((value) => JSON.stringify(value)));
  return own.filter((value) => texts.has(JSON.stringify(value)));
}

function valuesOf(schema: JsonObject): readonly JsonValue[] | undefined {
  if ('const' in schema) return [schema.const ?? null];
  return Array.isArray(schema.enum) ? schema.enum : undefined;
}

function membersOf(left: JsonObject, right: JsonObject): JsonObject {
  const [own, other] = [propertiesOf(left), propertiesOf(right)];
  if (own === undefined && other === undefined) return {};
  const names = new Set([...Object.keys(own ?? {}), ...Object.keys(other ?? {})]);
  const properties = [...names].map((name) => [
    name,
    both(memberOf(left, own ?? {}, name), memberOf(right, other ?? {}, name)),
  ]);
  return { properties: Object.fromEntries(properties) as JsonObject };
}

function propertiesOf({ properties }: JsonObject): JsonObject | undefined {
  return isJsonObject(properties) ? properties : undefined;
}

function memberOf(schema: JsonObject, properties: JsonObject, name: string): JsonValue {
  if (Object.hasOwn(properties, name)) return properties[name] ?? true;
  return 'patternProperties' in schema ? true : (schema.additionalProperties ?? true);
}
