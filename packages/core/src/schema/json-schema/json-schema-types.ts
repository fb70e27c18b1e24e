import type { JsonValue } from '../../json.ts';

/** The values that every draft of JSON Schema allows for `type`. */
const jsonTypes = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

/** Types of other languages, and the JSON Schema type that was probably meant. */
const meantTypes: Readonly<Record<string, string>> = {
  bool: 'boolean',
  date: 'string',
  dict: 'object',
  double: 'number',
  float: 'number',
  hashmap: 'object',
  int: 'integer',
  list: 'array',
  long: 'integer',
  map: 'object',
  none: 'null',
  str: 'string',
  text: 'string',
  tuple: 'array',
};

/**
 * The JSON Schema type that a name stands for if it only differs in capitals, `any` for a type that allows every value,
 * and `string` for the `file` of Swagger 2; otherwise the name itself.
 */
export function toKnownType(name: JsonValue): JsonValue {
  if (typeof name !== 'string') return name;
  const small = name.toLowerCase();
  if (small === 'file') return 'string';
  return small === 'any' || jsonTypes.has(small) ? small : name;
}

/** Explains why the value of a `type` keyword is not valid JSON Schema; `undefined` if it is valid. */
export function explainUnknownType(type: unknown): string | undefined {
  const names: unknown[] = Array.isArray(type) ? type : [type];
  const unknown = names.find((name) => typeof name !== 'string' || !jsonTypes.has(name));
  if (unknown === undefined && names.length > 0) return undefined;
  const name = String(unknown).toLowerCase();
  const meant = Object.hasOwn(meantTypes, name) ? meantTypes[name] : undefined;
  const hint =
    meant === undefined
      ? `Use one of ${[...jsonTypes].map((name) => `"${name}"`).join(', ')}, or omit "type" to allow any value.`
      : `Use "${meant}".`;
  return `"type": ${JSON.stringify(type)} is not a JSON Schema type. ${hint}`;
}
