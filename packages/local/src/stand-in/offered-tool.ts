import { isObject, type Json, type JsonObject, toArray, toObject, toText } from '../json.ts';

/** A parameter of a tool, read from a schema or a signature. */
export interface Parameter {
  name: string;
  description: string;
  type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'any';
  /** The allowed values; empty if the schema does not list them. */
  options: Json[];
  /** A named format such as `date` or `uri`; `''` if there is none. */
  format: string;
  /** A regular expression that the value must match; `''` if there is none. */
  pattern: string;
  isRequired: boolean;
  /** The items of a list. */
  item?: Parameter;
  /** The fields of an object. */
  fields: Parameter[];
}

/** A tool that the prompt describes. */
export interface OfferedTool {
  name: string;
  description: string;
  parameters: Parameter[];
}

/** Reads one tool of a JSON list; its definition may be inside `function`. */
export function toOfferedTool(value: Json): OfferedTool | undefined {
  const definition = isObject(value) && isObject(value.function) ? value.function : value;
  if (!isObject(definition) || typeof definition.name !== 'string') return undefined;
  const schema = toObject(definition.parameters ?? definition.input_schema);
  return {
    name: definition.name,
    description: toText(definition.description),
    parameters: toFields(schema, schema),
  };
}

/** The fields of an object schema, in order. References are resolved in `root`. */
export function toFields(schema: JsonObject, root: JsonObject, depth = 0): Parameter[] {
  const required = toArray(schema.required);
  return Object.entries(toObject(schema.properties)).map(([name, property]) => ({
    ...toParameter(name, property, root, depth),
    isRequired: required.includes(name),
  }));
}

/** Schemas may refer to themselves; deeper levels are ignored. */
const maxDepth = 5;

/** Reads the schema of one value. */
export function toParameter(name: string, value: Json, root: JsonObject, depth = 0): Parameter {
  const schema = resolve(toObject(value), root, depth);
  const type = toType(schema);
  return {
    name,
    description: toText(schema.description),
    type,
    options: 'const' in schema ? [schema.const ?? null] : toArray(schema.enum),
    format: toText(schema.format),
    pattern: toText(schema.pattern),
    isRequired: true,
    fields: depth < maxDepth && type === 'object' ? toFields(schema, root, depth + 1) : [],
    ...(type === 'array' && depth < maxDepth
      ? { item: toParameter(name, schema.items ?? {}, root, depth + 1) }
      : {}),
  };
}

function resolve(schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  if (depth > maxDepth) return {};
  if (typeof schema.$ref === 'string') {
    const target = lookUp(schema.$ref, root);
    return target === undefined ? {} : resolve(target, root, depth + 1);
  }
  const branches = [...toArray(schema.anyOf), ...toArray(schema.oneOf), ...toArray(schema.allOf)];
  const branch = branches.map(toObject).find(({ type }) => type !== 'null');
  if (branch === undefined) return schema;
  const { anyOf: _anyOf, oneOf: _oneOf, allOf: _allOf, ...own } = schema;
  return { ...resolve(branch, root, depth + 1), ...own };
}

/** Finds the target of a reference inside the schema; `undefined` if it does not exist. */
export function lookUp(reference: string, root: JsonObject): JsonObject | undefined {
  const steps = reference.replace(/^#\/?/, '').split('/').filter(Boolean);
  let found: Json | undefined = root;
  for (const step of steps) found = toObject(found)[step.replace(/~1/g, '/').replace(/~0/g, '~')];
  return isObject(found) ? found : undefined;
}

const types = ['string', 'number', 'integer', 'boolean', 'array', 'object'] as const;

function toType(schema: JsonObject): Parameter['type'] {
  const named = [schema.type].flat().find((type) => type !== 'null');
  const known = types.find((type) => type === named);
  if (known !== undefined) return known;
  if (isObject(schema.properties)) return 'object';
  return 'any';
}
