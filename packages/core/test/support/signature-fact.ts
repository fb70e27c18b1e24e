import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';
import { resolvePath } from '../../src/schema/json-schema/json-pointer.ts';
import { gatherParts } from '../../src/schema/json-schema/schema-parts.ts';

export type Path = readonly string[];

/** A fact of a schema that decides which values are valid, and the same schema without it. */
export interface SignatureFact {
  /** The place and the fact, such as `/properties/a: minLength 3`. */
  readonly name: string;
  readonly without: JsonObject;
  /** The place, the fact without the place, and the schema at the place without it. */
  readonly path: Path;
  readonly label: string;
  readonly changed: JsonObject;
}

/** The schema without a fact that another part of the same `allOf` states, too; `undefined` if no part does. */
export function withoutRepeats(
  root: JsonObject,
  fact: SignatureFact,
  all: readonly SignatureFact[],
): JsonObject | undefined {
  const partsAt = (path: Path): readonly JsonObject[] => {
    const part = resolvePath(root, path);
    return isJsonObject(part) ? gatherParts(root, part) : [];
  };
  const own = resolvePath(root, fact.path);
  const repeats = all.filter(({ label, path }) => {
    if (label !== fact.label || path === fact.path) return false;
    const other = resolvePath(root, path);
    return (
      partsAt(path).some((part) => part === own) ||
      partsAt(fact.path).some((part) => part === other)
    );
  });
  if (repeats.length === 0) return undefined;
  // The schema of an outer place has the parts inside it as they were, so the outer ones come first.
  const outerFirst = [fact, ...repeats].sort((a, b) => a.path.length - b.path.length);
  return outerFirst.reduce((schema, { path, changed }) => replaceAt(schema, path, changed), root);
}

/** A copy of a schema with another part at a path. */
export function replaceAt(schema: JsonValue, path: Path, part: JsonObject): JsonObject {
  const [key, ...below] = path;
  if (key === undefined) return part;
  if (Array.isArray(schema)) {
    const list = schema as readonly JsonValue[];
    return list.map((item, at) =>
      String(at) === key ? replaceAt(item, below, part) : item,
    ) as unknown as JsonObject;
  }
  const holder = isJsonObject(schema) ? schema : {};
  return { ...holder, [key]: replaceAt(holder[key] ?? {}, below, part) };
}
