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

/** Explains why the value of a `type` keyword is not valid JSON Schema; `undefined` if it is valid. */
export function explainUnknownType(type: unknown): string | undefined {
  const names: unknown[] = Array.isArray(type) ? type : [type];
  const unknown = names.find((name) => typeof name !== 'string' || !jsonTypes.has(name));
  if (unknown === undefined && names.length > 0) return undefined;
  const meant = meantTypes[String(unknown).toLowerCase()];
  const hint =
    meant === undefined
      ? `Use one of ${[...jsonTypes].map((name) => `"${name}"`).join(', ')}, or omit "type" to allow any value.`
      : `Use "${meant}".`;
  return `"type": ${JSON.stringify(type)} is not a JSON Schema type. ${hint}`;
}
