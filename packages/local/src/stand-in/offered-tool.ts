import { isObject, type Json, type JsonObject, toArray, toObject, toText } from '../json.ts';

/** A parameter of a tool as the stand-in reads it from a schema or a signature. */
export interface Parameter {
  name: string;
  description: string;
  type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object' | 'any';
  /** The values it may have, where they are listed. */
  options: Json[];
  /** A named format such as `date` or `uri`; `''` where there is none. */
  format: string;
  isRequired: boolean;
  /** What a list holds. */
  item?: Parameter;
  /** What an object holds. */
  fields: Parameter[];
}

/** A tool that the prompt offers. */
export interface OfferedTool {
  name: string;
  description: string;
  parameters: Parameter[];
}

/** Reads one tool of a JSON list, bare or wrapped in `function`. */
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

/** The fields of an object schema, in order. References are looked up in `root`. */
export function toFields(schema: JsonObject, root: JsonObject, depth = 0): Parameter[] {
  const required = toArray(schema.required);
  return Object.entries(toObject(schema.properties)).map(([name, property]) => ({
    ...toParameter(name, property, root, depth),
    isRequired: required.includes(name),
  }));
}

/** Schemas may refer to themselves; below this depth nothing is read. */
const deepest = 5;

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
    isRequired: true,
    fields: depth < deepest && type === 'object' ? toFields(schema, root, depth + 1) : [],
    ...(type === 'array' && depth < deepest
      ? { item: toParameter(name, schema.items ?? {}, root, depth + 1) }
      : {}),
  };
}

function resolve(schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  if (depth > deepest) return {};
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

/** Finds what a reference inside the schema points to; `undefined` where it points nowhere. */
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
