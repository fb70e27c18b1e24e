import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { toIssuePath } from '../schema/check/issue-path.ts';
import { rootPlace, type SchemaPlace } from '../schema/json-schema/schema-place.ts';

/**
 * The paths of the arguments that a schema dropped: the schema does not list them, and the validated input does not have
 * them. zod drops such keys without an issue.
 */
export function findDroppedKeys(
  written: JsonValue,
  input: unknown,
  schema: JsonObject,
): readonly string[] {
  if (keepsAllKeys(written, input)) return [];
  const dropped: string[] = [];
  collect(written, input, { place: rootPlace(schema), path: [], dropped });
  return dropped;
}

/** Whether an input has every key of the arguments, which is the usual case. */
function keepsAllKeys(written: JsonValue, input: unknown): boolean {
  // Most schemas of JSON Schema return the arguments themselves.
  if (input === written || typeof written !== 'object' || written === null) return true;
  if (Array.isArray(written)) {
    return Array.isArray(input) && written.every((item, at) => keepsAllKeys(item, input[at]));
  }
  if (!isJsonObject(written) || !isJsonObject(input)) return false;
  for (const key in written) {
    if (!Object.hasOwn(input, key) || !keepsAllKeys(written[key] ?? null, input[key])) return false;
  }
  return true;
}

interface Search {
  readonly place: SchemaPlace;
  readonly path: readonly PropertyKey[];
  readonly dropped: string[];
}

function collect(written: JsonValue, input: unknown, search: Search): void {
  if (input === written) return;
  if (Array.isArray(written)) {
    const items: readonly unknown[] = Array.isArray(input) ? input : [];
    for (const [index, item] of written.entries()) {
      collect(item, items[index], childOf(search, index));
    }
  } else if (isJsonObject(written)) collectKeys(written, input, search);
}

function collectKeys(written: JsonObject, input: unknown, search: Search): void {
  const { place, path, dropped } = search;
  const known = isJsonObject(input) ? (input as Readonly<Record<string, unknown>>) : {};
  for (const [key, value] of Object.entries(written)) {
    const isKept = Object.hasOwn(known, key);
    const isDropped = !isKept && !place.declares(key) && !place.takesOtherKeys;
    if (!isDropped) collect(value, isKept ? known[key] : undefined, childOf(search, key));
    else if (place.hasProperties) dropped.push(toIssuePath([...path, key]));
  }
}

function childOf({ place, path, dropped }: Search, key: string | number): Search {
  return { place: place.child(String(key)), path: [...path, key], dropped };
}
