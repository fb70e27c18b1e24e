/** The path, as in JSON Schema, of the first zod 3 schema inside a zod 4 schema; `undefined` if it has none. */
export function findZod3Part(
  part: unknown,
  path: readonly string[],
  seen: Set<object>,
): readonly string[] | undefined {
  if (typeof part !== 'object' || part === null || seen.has(part)) return undefined;
  seen.add(part);
  if (Array.isArray(part)) return firstOf(part.map((item) => findZod3Part(item, path, seen)));
  const internals: unknown = Reflect.get(part, '_zod');
  if (typeof internals !== 'object' || internals === null) {
    return '_def' in part ? path : undefined;
  }
  const definition: unknown = Reflect.get(internals, 'def');
  const { shape, ...others } = withoutDefaults(definition);
  const fields = Object.entries(shape ?? {}).map(([name, field]) =>
    findZod3Part(field, [...path, 'properties', name], seen),
  );
  return firstOf([
    ...fields,
    ...Object.values(others).map((value) => findZod3Part(value, path, seen)),
  ]);
}

/** A default can be the result of a function, which may throw. */
function withoutDefaults(definition: unknown): Readonly<Record<string, unknown>> {
  const keys = Object.keys(Object(definition)).filter((key) => key !== 'defaultValue');
  return Object.fromEntries(keys.map((key) => [key, Reflect.get(Object(definition), key)]));
}

function firstOf<Item>(items: readonly (Item | undefined)[]): Item | undefined {
  return items.find((item) => item !== undefined);
}
