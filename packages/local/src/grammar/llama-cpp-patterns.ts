import { isObject, type Json } from '../json.ts';

/** The patterns in a schema, also in the schemas inside it. */
export function findPatterns(schema: Json): string[] {
  if (Array.isArray(schema)) return schema.flatMap(findPatterns);
  if (!isObject(schema)) return [];
  const own = typeof schema.pattern === 'string' ? [schema.pattern] : [];
  return [...own, ...Object.values(schema).flatMap(findPatterns)];
}

/**
 * Whether llama.cpp can make a grammar of a pattern. It must be anchored on both sides, groups must not begin with `(?`
 * except `(?:`, and escapes that the conversion copies must exist in GBNF, which has no `\d`, `\w` or `\s`.
 * (llama.cpp `common/json-schema-to-grammar.cpp` and `src/llama-grammar.cpp`)
 */
export function isLlamaCppPattern(pattern: string): boolean {
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) return false;
  let isInClass = false;
  for (const [token] of pattern.slice(1, -1).matchAll(/\\[\s\S]|\(\?:|\(\?|[\s\S]/g)) {
    if (token === '[' || token === ']') isInClass = token === '[';
    if (token === '(?' && !isInClass) return false;
    if (token.startsWith('\\') && !isKnownEscape(token[1] ?? '', isInClass)) return false;
  }
  return true;
}

function isKnownEscape(escaped: string, isInClass: boolean): boolean {
  return (!isInClass && '^$.[]()|{}*+?'.includes(escaped)) || 'xuUtrn\\"[]'.includes(escaped);
}
