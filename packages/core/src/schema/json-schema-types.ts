/** The words that `type` may hold, in every draft of JSON Schema. */
const jsonTypes = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

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

/** Why the value of a `type` keyword is none that JSON Schema knows, or nothing where all is well. */
export function explainUnknownType(type: unknown): string | undefined {
  const words: unknown[] = Array.isArray(type) ? type : [type];
  const unknown = words.find((word) => typeof word !== 'string' || !jsonTypes.has(word));
  if (unknown === undefined && words.length > 0) return undefined;
  const meant = meantTypes[String(unknown).toLowerCase()];
  const cure =
    meant === undefined
      ? `Use one of ${[...jsonTypes].map((name) => `"${name}"`).join(', ')}, or leave "type" out for any value.`
      : `Use "${meant}".`;
  return `"type": ${JSON.stringify(type)} is no type of JSON Schema. ${cure}`;
}
