/** Any JSON value. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. JSON has no `undefined`: remove such keys before you use a value as a JsonObject. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A type as JSON: what JSON cannot represent, or has no known type, is a `JsonValue`; `undefined` is left out. */
export type AsJson<Value> = unknown extends Value
  ? JsonValue
  : Value extends JsonValue
    ? Value
    : Value extends object
      ? Value extends (...given: never[]) => unknown
        ? JsonValue
        : { readonly [Key in keyof Value]: AsJson<Exclude<Value[Key], undefined>> }
      : JsonValue;

/** The items of a list; empty if the value is not a list. */
export function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a value is an object with keys (not null, not an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The value of a strict JSON text; `undefined` if the text is not valid JSON or is nested deeper than {@link maxJsonDepth}.
 * Never throws.
 */
export function parseJson(text: string): JsonValue | undefined {
  if (isNestedTooDeeply(text)) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Levels of arrays and objects that are accepted from servers and models. Recursive functions are safe up to this depth. */
export const maxJsonDepth = 500;

/** Whether a JSON text has more than {@link maxJsonDepth} levels. Takes linear time. */
export function isNestedTooDeeply(text: string): boolean {
  // Each level needs one character to open it and one to close it.
  if (text.length <= 2 * maxJsonDepth) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === quote) at = endOfString(text, at);
    else if (char === openBracket || char === openBrace) {
      depth += 1;
      if (depth > maxJsonDepth) return true;
    } else if (char === closeBracket || char === closeBrace) depth -= 1;
  }
  return false;
}

/** The position of the closing quote of a string that opens at `start`. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === backslash) at += 1;
    else if (char === quote) return at;
  }
  return text.length;
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** A list with at least one item. */
export type NonEmpty<Item> = readonly [Item, ...Item[]];

/** Whether a list has at least one item. */
export function isNonEmpty<Item>(items: readonly Item[]): items is NonEmpty<Item> {
  return items.length > 0;
}
