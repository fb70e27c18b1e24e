import { isObject, type Json, type JsonObject, toArray, toObject } from '../json.ts';
import { lookUp, type OfferedTool, toFields } from './offered-tool.ts';

const nameKeys = ['name', 'tool', 'tool_name', 'function'];
const argumentKeys = ['arguments', 'parameters', 'args', 'input'];

/** The schema of a call: which key holds the tool's name, and which one its arguments. */
export interface CallShape {
  nameKey: string;
  argumentsKey: string;
  /** The allowed names; empty if any string is allowed. */
  names: string[];
  argumentsSchema: JsonObject;
}

/** Reads an object schema as the schema of a call; `undefined` if it is not one. */
export function toCallShape(schema: JsonObject): CallShape | undefined {
  const properties = toObject(schema.properties);
  const nameKey = nameKeys.find((key) => key in properties);
  const argumentsKey = argumentKeys.find((key) => key in properties);
  if (nameKey === undefined || argumentsKey === undefined) return undefined;
  const { const: only, enum: listed } = toObject(properties[nameKey]);
  const names = [...(only === undefined ? [] : [only]), ...toArray(listed)].map(String);
  return { nameKey, argumentsKey, names, argumentsSchema: toObject(properties[argumentsKey]) };
}

/** Follows a `$ref`; returns other schemas unchanged. */
export function dereference(schema: Json | undefined, root: JsonObject): JsonObject {
  const found = toObject(schema);
  return typeof found.$ref === 'string' ? (lookUp(found.$ref, root) ?? {}) : found;
}

/** The calls that a schema allows, at any depth; each reference is followed once. */
export function findCallShapes(
  value: Json | undefined,
  root: JsonObject,
  seen = new Set<JsonObject>(),
): CallShape[] {
  if (!isObject(value)) return [];
  const schema = dereference(value, root);
  if (seen.has(schema)) return [];
  seen.add(schema);
  const shape = toCallShape(schema);
  if (shape !== undefined) return [shape];
  const inside = [
    ...toArray(schema.anyOf),
    ...toArray(schema.oneOf),
    ...Object.values(toObject(schema.properties)),
    ...(schema.items === undefined ? [] : [schema.items]),
  ];
  return inside.flatMap((item) => findCallShapes(item, root, seen));
}

/** The tools that a grammar names, for prompts that do not describe tools. */
export function toolsOfGrammar(grammar: JsonObject): OfferedTool[] {
  return findCallShapes(grammar, grammar).flatMap(({ names, argumentsSchema }) =>
    names.map((name) => ({
      name,
      description: '',
      parameters: toFields(dereference(argumentsSchema, grammar), grammar),
    })),
  );
}
