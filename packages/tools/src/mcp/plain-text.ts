import type { JsonObject, JsonValue } from '@turnwise/core';

/** Characters of a description that the model gets. */
const maxChars = 1_000;

// Characters that a human does not see but a model reads: control and format characters, and the block of tags.
const invisible = /[\p{Cc}\p{Cf}\u{e0000}-\u{e007f}]+/gu;

/** Blocks in which a description addresses the model instead of describing the tool, and comments. */
const instructions =
  /<!--[\s\S]*?-->|<(important|system|instructions?|assistant|secret|hidden|critical|override)\b[^<>]*>[\s\S]*?(?:<\/\1\s*>|$)/gi;

/**
 * The text of another party as one plain paragraph: without invisible characters, without blocks such as `<IMPORTANT>…`, without
 * tags and without control tokens of models. A long text is shortened.
 */
export function plainText(text: string): string {
  const plain = text
    .normalize('NFC')
    .replaceAll(invisible, ' ')
    .replaceAll(instructions, ' ')
    .replaceAll(/<\|[^<>|]*\|?>|<\/[A-Za-z_][^<>]*>|\[\/?INST\]/g, ' ')
    .replaceAll(/<([A-Za-z_][^<>]*)>/g, ' $1 ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain.length <= maxChars ? plain : `${plain.slice(0, maxChars - 1)}…`;
}

/** Keys whose values are data, not schemas. */
const dataKeys = new Set(['default', 'const', 'enum', 'examples', 'required']);
/** Keys whose values are schemas by name. */
const namedSchemas = new Set(['properties', 'patternProperties', '$defs', 'definitions']);

/** A JSON Schema of another party: all its titles and descriptions are plain texts. */
export function plainSchema(schema: JsonObject): JsonObject {
  return plainFields(schema, (key, value) => {
    if (dataKeys.has(key)) return value;
    if (typeof value === 'string') {
      return key === 'description' || key === 'title' ? plainText(value) : value;
    }
    if (namedSchemas.has(key) && isObject(value))
      return plainFields(value, (_, each) => inner(each));
    return inner(value);
  });
}

function inner(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((each) => inner(each as JsonValue));
  return isObject(value) ? plainSchema(value) : value;
}

function plainFields(
  fields: JsonObject,
  convert: (key: string, value: JsonValue) => JsonValue,
): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, convert(key, value as JsonValue)]),
  );
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
