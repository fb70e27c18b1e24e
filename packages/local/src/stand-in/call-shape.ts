import { isObject, type Json, type JsonObject, toArray, toObject } from '../json.ts';
import { lookUp, type OfferedTool, toFields } from './offered-tool.ts';

const nameKeys = ['name', 'tool', 'tool_name', 'function'];
const argumentKeys = ['arguments', 'parameters', 'args', 'input'];

/** The keys of a call in a schema: where the tool's name stands and where its arguments. */
export interface CallShape {
  nameKey: string;
  argumentsKey: string;
  /** The names it allows; empty where any string will do. */
  names: string[];
  argumentsSchema: JsonObject;
}

/** Reads an object schema as the schema of a call; `undefined` where it is none. */
export function toCallShape(schema: JsonObject): CallShape | undefined {
  const properties = toObject(schema.properties);
  const nameKey = nameKeys.find((key) => key in properties);
  const argumentsKey = argumentKeys.find((key) => key in properties);
  if (nameKey === undefined || argumentsKey === undefined) return undefined;
  const { const: only, enum: listed } = toObject(properties[nameKey]);
  const names = [...(only === undefined ? [] : [only]), ...toArray(listed)].map(String);
  return { nameKey, argumentsKey, names, argumentsSchema: toObject(properties[argumentsKey]) };
}

/** Follows a reference; a schema without one is itself. */
export function dereference(schema: Json | undefined, root: JsonObject): JsonObject {
  const found = toObject(schema);
  return typeof found.$ref === 'string' ? (lookUp(found.$ref, root) ?? {}) : found;
}

/** The calls that a schema allows anywhere inside; each reference is followed once. */
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

/** The tools that a grammar names, for prompts that describe none. */
export function toolsOfGrammar(grammar: JsonObject): OfferedTool[] {
  return findCallShapes(grammar, grammar).flatMap(({ names, argumentsSchema }) =>
    names.map((name) => ({
      name,
      description: '',
      parameters: toFields(dereference(argumentsSchema, grammar), grammar),
    })),
  );
}
