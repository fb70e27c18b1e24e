import { isObject, type Json } from '../json.ts';

/** The patterns in a schema, also in the schemas inside it. */
export function findPatterns(schema: Json): string[] {
  if (Array.isArray(schema)) return schema.flatMap(findPatterns);
  if (!isObject(schema)) return [];
  const own = typeof schema.pattern === 'string' ? [schema.pattern] : [];
  return [...own, ...Object.values(schema).flatMap(findPatterns)];
}

/** The escapes of classes, such as `\d`, that newer builds translate. */
const classEscapes = 'dDwWsS';

/**
 * Whether llama.cpp can make a grammar of a pattern. It must be anchored on both sides, groups must not begin with `(?`
 * except `(?:`, and escapes that the conversion copies must exist in GBNF. Builds of 2025 also copy `\d`, `\w` and `\s`,
 * which GBNF does not have; those of 2026 translate them.
 * (llama.cpp `common/json-schema-to-grammar.cpp` and `src/llama-grammar.cpp`)
 */
export function isLlamaCppPattern(pattern: string, build: 2025 | 2026): boolean {
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) return false;
  let isInClass = false;
  for (const [token] of pattern.slice(1, -1).matchAll(/\\[\s\S]|\(\?:|\(\?|[\s\S]/g)) {
    if (token === '[' || token === ']') isInClass = token === '[';
    if (token === '(?' && !isInClass) return false;
    if (token.startsWith('\\') && !isKnownEscape(token[1] ?? '', isInClass, build)) return false;
  }
  return true;
}

function isKnownEscape(escaped: string, isInClass: boolean, build: 2025 | 2026): boolean {
  if (build === 2026 && classEscapes.includes(escaped)) return true;
  return (!isInClass && '^$.[]()|{}*+?'.includes(escaped)) || 'xuUtrn\\"[]'.includes(escaped);
}

/** The path of the first boolean in place of a schema; only `additionalProperties` and `items` may be one. */
export function findBooleanSchema(schema: Json, path = '#'): string | undefined {
  if (typeof schema === 'boolean') return path;
  if (!isObject(schema)) return undefined;
  const { properties, prefixItems, items, additionalProperties } = schema;
  const named = isObject(properties) ? Object.entries(properties) : [];
  const listed = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) =>
    listOf(schema[keyword]).map((part, index) => [`${keyword}/${index}`, part] as const),
  );
  const parts: (readonly [string, Json])[] = [
    ...named.map(([name, part]) => [`properties/${name}`, part] as const),
    ...listed,
    ...listOf(prefixItems).map((part, index) => [`prefixItems/${index}`, part] as const),
    ...(isObject(items) ? [['items', items] as const] : []),
    ...(isObject(additionalProperties)
      ? [['additionalProperties', additionalProperties] as const]
      : []),
  ];
  for (const [key, part] of parts) {
    const found = findBooleanSchema(part, `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
