import fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';
import { resolveReference } from '../../src/schema/json-schema/schema-parts.ts';

/** A value that a schema probably allows: of its type, inside its limits, with its required members. */
export function arbitraryInstance(schema: JsonObject): fc.Arbitrary<JsonValue> {
  return instanceOf({ root: schema, hasOtherKeys: true }, schema, 0);
}

/** The same without keys that the schema does not name. */
export function namedInstance(schema: JsonObject): fc.Arbitrary<JsonValue> {
  return instanceOf({ root: schema, hasOtherKeys: false }, schema, 0);
}

/** The same with one to three changes: a member too many or too few, another type, a number next to a limit. */
export function damagedInstance(schema: JsonObject): fc.Arbitrary<JsonValue> {
  return fc
    .tuple(arbitraryInstance(schema), fc.array(fc.nat(), { minLength: 3, maxLength: 9 }))
    .map(([value, choices]) => damage(value, choices));
}

interface Sketch {
  readonly root: JsonObject;
  readonly hasOtherKeys: boolean;
}

const maxDepth = 5;
const anything: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(null, true, 0, -1, 1.5, '', 'text', [], {}),
  fc.string({ maxLength: 12 }),
);

function instanceOf(sketch: Sketch, schema: JsonValue, depth: number): fc.Arbitrary<JsonValue> {
  if (!isJsonObject(schema) || depth > maxDepth) return anything;
  if (typeof schema.$ref === 'string') {
    return instanceOf(sketch, resolveReference(sketch.root, schema), depth + 1);
  }
  if ('const' in schema) return fc.constant(schema.const ?? null);
  const values = listOf(schema.enum);
  if (values.length > 0) return fc.constantFrom(...values);
  for (const keyword of ['anyOf', 'oneOf', 'allOf'] as const) {
    const parts = listOf(schema[keyword]);
    if (parts.length === 0) continue;
    const { [keyword]: _, ...rest } = schema;
    const whole = (part: JsonValue) => merge(rest, isJsonObject(part) ? part : {}, sketch.root);
    if (keyword === 'allOf') {
      return instanceOf(
        sketch,
        parts.reduce<JsonObject>(
          (all, part) => merge(all, isJsonObject(part) ? part : {}, sketch.root),
          rest,
        ),
        depth + 1,
      );
    }
    return fc.oneof(...parts.map((part) => instanceOf(sketch, whole(part), depth + 1)));
  }
  const types = [schema.type ?? impliedType(schema)].flat().map(String);
  return fc.oneof(...types.map((type) => instanceOfType(sketch, schema, type, depth)));
}

function merge(left: JsonObject, part: JsonObject, root: JsonObject): JsonObject {
  const right = resolveReference(root, part);
  const members = (schema: JsonObject) =>
    isJsonObject(schema.properties) ? schema.properties : {};
  return {
    ...left,
    ...right,
    ...(('properties' in left || 'properties' in right) && {
      properties: { ...members(left), ...members(right) },
    }),
    required: [...listOf(left.required), ...listOf(right.required)],
  };
}

function impliedType(schema: JsonObject): string {
  if ('properties' in schema || 'additionalProperties' in schema) return 'object';
  if ('items' in schema || 'prefixItems' in schema) return 'array';
  return 'pattern' in schema || 'format' in schema ? 'string' : 'any';
}

function instanceOfType(
  sketch: Sketch,
  schema: JsonObject,
  type: string,
  depth: number,
): fc.Arbitrary<JsonValue> {
  switch (type) {
    case 'string':
      return textOf(schema);
    case 'integer':
    case 'number':
      return numberOf(schema, type === 'integer');
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return listOfSchema(sketch, schema, depth);
    case 'object':
      return objectOf(sketch, schema, depth);
    default:
      return anything;
  }
}

const samples: Readonly<Record<string, readonly string[]>> = {
  date: ['2024-02-29', '2023-02-30', '1999-12-31'],
  'date-time': ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05+02:00', '2024-01-02 03:04:05'],
  email: ['a@b.co', 'first.last@example.org', 'no-at.example'],
  hostname: ['example.org', '-bad-'],
  ipv4: ['10.0.0.1', '10.0.0.256'],
  ipv6: ['::1', '1::2::3'],
  time: ['10:20:30Z', '25:00:00Z'],
  uri: ['https://example.org/a?b=c', 'urn:x:y', 'no spaces here'],
  uuid: ['123e4567-e89b-42d3-a456-426614174000', '123e4567'],
};

function textOf({ format, pattern, minLength, maxLength }: JsonObject): fc.Arbitrary<JsonValue> {
  const known = samples[String(format)];
  if (known !== undefined) return fc.constantFrom(...known);
  const least = Number(minLength ?? 0);
  const most = Math.min(Number(maxLength ?? least + 12), least + 40);
  const plain = fc.string({ minLength: least, maxLength: Math.max(least, most) });
  if (typeof pattern !== 'string') return plain;
  try {
    return fc.oneof(fc.stringMatching(new RegExp(pattern, 'u')), plain);
  } catch {
    return plain;
  }
}

function numberOf(schema: JsonObject, isWhole: boolean): fc.Arbitrary<JsonValue> {
  const lowest = Number(schema.minimum ?? schema.exclusiveMinimum ?? -50);
  const least = Number.isFinite(lowest) ? lowest : -50;
  const highest = Number(schema.maximum ?? schema.exclusiveMaximum ?? least + 100);
  const most = Math.max(least, Number.isFinite(highest) ? highest : least + 100);
  const step = typeof schema.multipleOf === 'number' ? schema.multipleOf : 0;
  const whole = fc.integer({
    min: Math.ceil(Math.max(least, -1e9)),
    max: Math.floor(Math.max(Math.ceil(Math.max(least, -1e9)), Math.min(most, 1e9))),
  });
  if (step > 0) return whole.map((value) => Math.round(value / step) * step);
  if (isWhole) return fc.oneof(whole, fc.constantFrom(Math.ceil(least), Math.floor(most)));
  return fc.oneof(
    whole,
    fc.constantFrom(least, most),
    whole.map((value) => value + 0.5),
  );
}

function listOfSchema(sketch: Sketch, schema: JsonObject, depth: number): fc.Arbitrary<JsonValue> {
  const { items, prefixItems, minItems, maxItems } = schema;
  const tuple = Array.isArray(prefixItems) ? prefixItems : items;
  if (Array.isArray(tuple)) {
    return fc.tuple(...tuple.map((item: JsonValue) => instanceOf(sketch, item, depth + 1)));
  }
  const least = Number(minItems ?? 0);
  const most = Math.max(least, Math.min(Number(maxItems ?? least + 3), least + 3));
  const item = instanceOf(sketch, items ?? true, depth + 1);
  return fc.array(item, { minLength: least, maxLength: most });
}

function objectOf(sketch: Sketch, schema: JsonObject, depth: number): fc.Arbitrary<JsonValue> {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = listOf(schema.required).map(String);
  // Deeper objects have only what they must have, so that a recursive schema ends.
  const names = new Set([...(depth > 3 ? [] : Object.keys(properties)), ...required]);
  const model = Object.fromEntries(
    [...names].map((name) => [name, instanceOf(sketch, properties[name] ?? true, depth + 1)]),
  );
  const named = fc.record(model, { requiredKeys: required, noNullPrototype: true });
  return fc.tuple(named, othersOf(sketch, schema, depth)).map(([own, others]) => ({
    ...others,
    ...own,
  })) as fc.Arbitrary<JsonValue>;
}

/** Keys that the schema does not name: those of a record, or of an open object. */
function othersOf(sketch: Sketch, schema: JsonObject, depth: number): fc.Arbitrary<JsonObject> {
  const { additionalProperties: others = true, patternProperties, propertyNames } = schema;
  const none = fc.constant<JsonObject>({});
  const [pattern] = Object.entries(isJsonObject(patternProperties) ? patternProperties : {});
  const keys = isJsonObject(propertyNames) ? propertyNames : {};
  if (others === false && pattern === undefined) return none;
  const key = pattern === undefined ? keyOf(keys) : textOf({ pattern: pattern[0] });
  const value = instanceOf(sketch, pattern?.[1] ?? others, depth + 1);
  const listed = listOf(keys.enum).map((name) => [String(name), value] as const);
  if (listed.length > 0 && isJsonObject(others)) {
    const model = Object.fromEntries(listed);
    return fc.record(model, {
      requiredKeys: [],
      noNullPrototype: true,
    }) as fc.Arbitrary<JsonObject>;
  }
  const record = fc.dictionary(key as fc.Arbitrary<string>, value, {
    maxKeys: 3,
    noNullPrototype: true,
  });
  if (isJsonObject(others) || pattern !== undefined) return record;
  return sketch.hasOtherKeys ? fc.oneof(none, none, record) : none;
}

function keyOf(names: JsonObject): fc.Arbitrary<JsonValue> {
  const values = listOf(names.enum);
  if (values.length > 0) return fc.constantFrom(...values);
  return 'pattern' in names || 'minLength' in names
    ? textOf(names)
    : fc.constantFrom('k1', 'k2', 'other key');
}

/** Changes the value at a place that `choices` name. */
function damage(value: JsonValue, choices: readonly number[]): JsonValue {
  let damaged = value;
  for (let at = 0; at + 3 <= choices.length; at += 3) {
    damaged = change(damaged, choices.slice(at, at + 3), 0);
  }
  return damaged;
}

function change(
  value: JsonValue,
  [place = 0, kind = 0, detail = 0]: readonly number[],
  depth: number,
): JsonValue {
  const isHere = depth > 3 || (place >> depth) % 3 === 0;
  if (Array.isArray(value) && value.length > 0 && !isHere) {
    const index = detail % value.length;
    return value.map((item: JsonValue, at) =>
      at === index ? change(item, [place, kind, detail], depth + 1) : item,
    );
  }
  if (isJsonObject(value) && Object.keys(value).length > 0 && !isHere) {
    const keys = Object.keys(value);
    const key = keys[detail % keys.length] ?? '';
    return { ...value, [key]: change(value[key] ?? null, [place, kind, detail], depth + 1) };
  }
  return replace(value, kind, detail);
}

const replacements: readonly JsonValue[] = [
  null,
  '',
  'other',
  0,
  -1,
  3.5,
  true,
  [],
  {},
  [null],
  { a: 1 },
  '5',
  'null',
];

const steps = [1, -1, 0.5, 1_000, -1_000];

function replace(value: JsonValue, kind: number, detail: number): JsonValue {
  const other = replacements[detail % replacements.length] ?? null;
  if (kind % 3 === 0) return other;
  if (typeof value === 'number') return value + (steps[detail % steps.length] ?? 1);
  if (typeof value === 'string') return kind % 2 === 0 ? `${value}${value}x` : value.slice(1);
  if (Array.isArray(value)) return kind % 2 === 0 ? [...value, ...value, other] : value.slice(1);
  if (!isJsonObject(value)) return other;
  const keys = Object.keys(value);
  const { [keys[detail % keys.length] ?? '']: _, ...fewer } = value;
  return kind % 2 === 0 ? { ...value, extra: other } : fewer;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
